// The words of the page of webhooks.
import type {
  DeliveryOutcome,
  DeliveryState,
  OffReason,
  Segment,
  TestWebhookResult,
  Webhook,
  WebhookDelivery,
  WebhookEvent,
} from "../api/client.ts";
import { quotedName } from "../segments/health.ts";
import { pluralize } from "../shared/format.ts";

export const EVENTS: Record<WebhookEvent, string> = {
  "segment.entered": "Somebody enters a segment",
  "segment.left": "Somebody leaves a segment",
  "segment.definition_changed": "The definition of a segment changes",
  "run.failed": "A run fails",
};

/** For lists of messages and of what is told. */
export const SHORT_EVENTS: Record<WebhookEvent, string> = {
  "segment.entered": "Entered",
  "segment.left": "Left",
  "segment.definition_changed": "Definition changed",
  "run.failed": "Run failed",
};

export const STATES: Record<DeliveryState, string> = {
  waiting: "Waiting",
  delivered: "Delivered",
  failed: "Given up",
};

const OUTCOMES: Record<Exclude<DeliveryOutcome, "answered">, string> = {
  not_connected: "No connection",
  timed_out: "No answer within 15 seconds",
  no_answer: "Connection lost",
  not_allowed: "Address not allowed",
};

/** What to do after a test that had no answer. */
const ADVICE: Record<Exclude<DeliveryOutcome, "answered">, string> = {
  not_connected: "No connection to the endpoint. Check the URL, and that the endpoint is up.",
  timed_out: "The endpoint did not answer within 15 seconds. It should answer first and work later.",
  no_answer: "The connection broke before the endpoint answered.",
  not_allowed: "The server may not call this address. It allows private ones with --allow-private-webhooks.",
};

const OFF: Record<OffReason, string> = {
  admin: "Switched off",
  gone: "Switched off: the endpoint is gone",
  failing: "Switched off: the endpoint failed",
};

export interface Mark {
  /** As StateLabel has them. */
  state: "active" | "off" | "failed";
  text: string;
}

export function webhookMark({ state, offReason, failingSince }: Webhook): Mark {
  if (state === "off") {
    return { state: offReason === "admin" ? "off" : "failed", text: OFF[offReason ?? "admin"] };
  }
  return failingSince === null ? { state: "active", text: "On" } : { state: "failed", text: "Failing" };
}

/** Why it is off, and what to do. Null if it is on. */
export function offText({ state, offReason }: Webhook): string | null {
  if (state === "on") return null;
  const after = "After you switch it on, the receiver has to read the members anew: it is told nothing meanwhile.";
  if (offReason === "gone") return `The endpoint answered 410, so the webhook was switched off. ${after}`;
  if (offReason === "failing") {
    return `No message could be delivered for 5 days, so the webhook was switched off. ${after}`;
  }
  return `An admin switched it off. ${after}`;
}

export function segmentsText({ segments }: Webhook, named: Pick<Segment, "id" | "name">[]): string {
  if (segments === null) return "All, also those made later";
  if (segments.length === 0) return "None: those that it was about are deleted";
  return segments.map((id) => quotedName(id, named)).join(", ");
}

/** What a message tells, such as `Entered “Pro Users”`. */
export function messageText({ event, segment }: WebhookDelivery, named: Pick<Segment, "id" | "name">[]): string {
  return segment === null ? SHORT_EVENTS[event] : `${SHORT_EVENTS[event]}: ${quotedName(segment, named)}`;
}

/** The last answer, or why there was none. Null before the first try. */
export function answerText({ answer, outcome }: Pick<WebhookDelivery, "answer" | "outcome">): string | null {
  if (outcome === null) return null;
  return outcome === "answered" ? String(answer) : OUTCOMES[outcome];
}

export function testText({ delivered, answer, outcome }: TestWebhookResult): string {
  if (outcome !== "answered") return `The test failed. ${ADVICE[outcome]}`;
  if (delivered) return `The test was delivered. The endpoint answered ${answer}.`;
  return `The test failed. The endpoint answered ${answer}, and a code from 200 to 299 is needed.`;
}

/** What is lost by switching off or deleting. */
export function waitingText({ waiting }: Webhook): string {
  return waiting === 0
    ? "No message waits."
    : `${pluralize(waiting, "message waits", "messages wait")} and will not be sent.`;
}
