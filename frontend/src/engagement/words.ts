// The words of the figures of mail.
import type { EngagementScope, MailCounts, MailDay } from "../api/client.ts";
import { formatNumber, formatShare, pluralize } from "../shared/format.ts";

export const ESTIMATE = "Opens are an estimate: email apps load images on their own.";

export const SCOPES: Record<EngagementScope, string> = {
  members: "All emails to members",
  addressed: "Broadcasts to this segment",
};

/** Which mails count, in a sentence. */
export const SCOPE_WORDS: Record<EngagementScope, string> = {
  members: "All emails to people who were in the segment at the time, including broadcasts to other segments.",
  addressed: "Only broadcasts sent to this segment at Resend.",
};

/** A share in percent. A dash if there is nothing to share. */
export function rateText(part: number, of: number): string {
  return of === 0 ? "—" : formatShare(part, of);
}

export interface MailFigure {
  label: string;
  value: number;
  note: string;
}

/** All figures, each with what it means. */
export function mailFigures(counts: MailCounts): MailFigure[] {
  const { messages, delivered, opened, opens, clicked, clicks, bounced, complained, unsubscribed } = counts;
  const ofSent = (part: number) => (messages === 0 ? "None sent" : `${rateText(part, messages)} of sent`);
  const ofDelivered = (part: number, times?: number) =>
    delivered === 0
      ? "None delivered"
      : [`${rateText(part, delivered)} of delivered`, ...(times ? [pluralize(times, "time")] : [])].join(", ");
  return [
    { label: "Sent", value: messages, note: messages === 1 ? "email" : "emails" },
    { label: "Delivered", value: delivered, note: ofSent(delivered) },
    { label: "Opened", value: opened, note: ofDelivered(opened, opens) },
    { label: "Clicked", value: clicked, note: ofDelivered(clicked, clicks) },
    { label: "Bounced", value: bounced, note: ofSent(bounced) },
    { label: "Reported as spam", value: complained, note: ofDelivered(complained) },
    { label: "Unsubscribed", value: unsubscribed, note: unsubscribed === 1 ? "person" : "people" },
  ];
}

/** Such as `3 mails, 3 delivered, 2 opened, 1 clicked`. */
export function mailText({ messages, delivered, opened, clicked }: MailCounts): string {
  const became = `${formatNumber(delivered)} delivered, ${formatNumber(opened)} opened, ${formatNumber(clicked)} clicked`;
  return `${pluralize(messages, "email")}, ${became}`;
}

/** Whether nothing at all was counted. Somebody may unsubscribe on a day without mail. */
export function isNothing({ messages, unsubscribed }: Pick<MailDay, "messages" | "unsubscribed">): boolean {
  return messages === 0 && unsubscribed === 0;
}
