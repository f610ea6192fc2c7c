// Whether the webhook reports what recipients do, and what to do if it does not.
import type { WebhookStatus } from "../api/client.ts";
import { formatNumber, pluralize } from "../shared/format.ts";

export interface WebhookHealth {
  title: string;
  /** Null if there is nothing to do. */
  advice: string | null;
}

const DAY = 86_400_000;
/** Recipients are rarely silent for longer. */
const SILENT_DAYS = 3;

export function webhookHealth(webhook: WebhookStatus, now: Date = new Date()): WebhookHealth {
  const { configured, state, lastEventAt, failed } = webhook;
  if (!configured) {
    return {
      title: "Not set up",
      advice: "Set RESEND_WEBHOOK_SECRET on the server. Until then, only a full check finds opt-outs.",
    };
  }
  if (state === "disabled")
    return { title: "Turned off", advice: "Resend turned it off. Check the endpoint at Resend." };
  if (failed > 0) {
    const title = `${formatNumber(failed)} failed`;
    return { title, advice: `${pluralize(failed, "event")} could not be applied. A full check finds missed opt-outs.` };
  }
  if (lastEventAt === null) return { title: "No event yet", advice: null };
  const days = Math.floor((now.getTime() - Date.parse(lastEventAt)) / DAY);
  if (days >= SILENT_DAYS)
    return { title: "Silent", advice: `No event for ${pluralize(days, "day")}: check the endpoint at Resend.` };
  return { title: "Working", advice: null };
}
