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
  "segment.entered": "Someone joins a segment",
  "segment.left": "Someone leaves a segment",
  "segment.definition_changed": "A segment's definition changes",
  "run.failed": "A run fails",
  "alert.fired": "An alert fires",
  "alert.cleared": "An alert is over",
};

/** For lists of messages and of what is told. */
export const SHORT_EVENTS: Record<WebhookEvent, string> = {
  "segment.entered": "Joined",
  "segment.left": "Left",
  "segment.definition_changed": "Definition changed",
  "run.failed": "Run failed",
  "alert.fired": "Alert fired",
  "alert.cleared": "Alert over",
};

export const STATES: Record<DeliveryState, string> = {
  waiting: "Waiting",
  delivered: "Delivered",
  failed: "Failed",
};

const OUTCOMES: Record<Exclude<DeliveryOutcome, "answered">, string> = {
  not_connected: "No connection",
  timed_out: "No response within 15 seconds",
  no_answer: "Connection lost",
  not_allowed: "Address not allowed",
};

/** What to do after a test that had no answer. */
const ADVICE: Record<Exclude<DeliveryOutcome, "answered">, string> = {
  not_connected: "No connection to the endpoint. Check the URL, and that the endpoint is up.",
  timed_out: "The endpoint didn't respond within 15 seconds. It should respond first and do its work later.",
  no_answer: "The connection closed before the endpoint responded.",
  not_allowed: "The server may not call this address. To allow private ones, start it with --allow-private-webhooks.",
};

const OFF: Record<OffReason, string> = {
  admin: "Turned off",
  gone: "Turned off: the endpoint is gone",
  failing: "Turned off: the endpoint failed",
};

export const TO_COPY = "Copy it now. The receiver needs it to verify signatures.";

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
  const after = "After you turn it on, the receiver must reload the members: it receives nothing in the meantime.";
  if (offReason === "gone") return `The endpoint returned 410, so the webhook was turned off. ${after}`;
  if (offReason === "failing") {
    return `Every delivery failed for 5 days, so the webhook was turned off. ${after}`;
  }
  return `An admin turned it off. ${after}`;
}

export function segmentsText({ segments }: Webhook, named: Pick<Segment, "id" | "name">[]): string {
  if (segments === null) return "All, including future ones";
  if (segments.length === 0) return "None: its segments have been deleted";
  return segments.map((id) => quotedName(id, named)).join(", ");
}

/** What a message tells, such as `Joined: “Pro Users”`. */
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
  if (delivered) return `Test delivered. The endpoint returned ${answer}.`;
  return `The test failed. The endpoint returned ${answer}. It must return 200 to 299.`;
}

/** What is lost by switching off or deleting. */
export function waitingText({ waiting }: Webhook): string {
  return waiting === 0 ? "No messages are waiting." : `${pluralize(waiting, "waiting message")} will not be sent.`;
}
