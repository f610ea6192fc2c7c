// Where mail to one person stands, in words. The list of members shows it too, so it is not in the chunk of sync.
import type {
  ExplainedSuppression,
  HeldReason,
  MailOfMember,
  SuppressionOrigin,
  SuppressionReason,
} from "../api/client.ts";
import { uncapitalize } from "../shared/format.ts";

export const REASONS: Record<SuppressionReason, string> = {
  unsubscribed: "Unsubscribed",
  complained: "Reported as spam",
  bounced: "Bounced",
  manual: "Blocked at Resend",
  deleted: "Deleted at Resend",
};

export const ORIGINS: Record<SuppressionOrigin, string> = {
  webhook: "Webhook",
  listing: "Full check",
  carried: "An earlier address",
  admin: "An admin",
};

export const HELD_REASONS: Record<HeldReason, string> = {
  suppressed: "Suppressed",
  no_address: "No usable address",
  refused: "Refused by Resend",
};

/** The mail state of a member, such as `Held: suppressed`. */
export function mailText({ state, why }: MailOfMember): string {
  switch (state) {
    case "delivered":
      return "Delivered";
    case "pending":
      return "Pending";
    case "held":
      return why == null ? "Held" : `Held: ${uncapitalize(HELD_REASONS[why])}`;
    case "none":
      return "Not synced";
  }
}

/** What a member's mail state means for the segment at Resend. Null if the segment has nothing to do with it. */
export function placeText(mail: MailOfMember | null | undefined): string | null {
  if (mail?.state === "delivered") return "In the segment at Resend.";
  return mail?.state === "pending" ? "The next sync adds this user to the segment at Resend." : null;
}

/** How a suppression became known, such as `Source: webhook.` */
export function sourceText({ origin }: ExplainedSuppression): string {
  return `Source: ${uncapitalize(ORIGINS[origin])}.`;
}
