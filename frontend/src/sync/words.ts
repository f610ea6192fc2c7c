// The words of the screens of sync: figures, syncs, issues, and why a person must not get mail.
import type {
  HeldMembers,
  PreviewOfSync,
  Segment,
  SuppressionReason,
  SyncCounts,
  SyncIssue,
  SyncRate,
  SyncRun,
} from "../api/client.ts";
import { quotedName } from "../segments/health.ts";
import { capitalize, formatNumber, pluralize, uncapitalize } from "../shared/format.ts";
import { isActive } from "../shared/isActive.ts";
import { REASONS } from "./mail.ts";
import { heldBackText } from "./mark.ts";

export const NOT_CONFIGURED = "Set RESEND_API_KEY on the server to sync segments to Resend.";

/** Such as `40 suppressed, 6 without a usable address`. */
export function heldText({ suppressed, noAddress, refused }: HeldMembers): string {
  const parts = [
    [suppressed, "suppressed"],
    [noAddress, "without a usable address"],
    [refused, "refused by Resend"],
  ] as const;
  return listed(parts) || "none";
}

/** Such as `43 unsubscribed, 2 bounced`. */
export function suppressedText(suppressed: { reason: SuppressionReason; count: number }[]): string {
  return listed(suppressed.map(({ reason, count }) => [count, uncapitalize(REASONS[reason])])) || "none";
}

export function syncTitle(run: SyncRun): string {
  const what = run.mode === "full" ? "Full check" : "Sync";
  if (run.state === "succeeded") return `${what} succeeded`;
  if (run.state === "failed") return `${what} failed`;
  if (run.state === "abandoned") return `${what} was interrupted`;
  return isActive(run) ? `${what} is running` : `${what} stopped responding`;
}

export function progressText({ planned, done, dropped, deferred, requests }: SyncCounts): string {
  if (requests === 0) return "Starting…";
  const settled = formatNumber(done + dropped + deferred);
  const share = planned === 0 ? "Reading from Resend" : `${settled} of ${pluralize(planned, "change")} processed`;
  return `${share}, ${pluralize(requests, "request")}`;
}

/** What a sync did. */
export function changesText(counts: SyncCounts): string {
  const parts = [
    [counts.joined, "added"],
    [counts.left, "removed"],
    [counts.created, counts.created === 1 ? "contact created" : "contacts created"],
    [counts.renamed, "renamed"],
    [counts.erased, "erased"],
    [counts.eventsRead, counts.eventsRead === 1 ? "missed event read" : "missed events read"],
    [counts.deferred, "left for the next sync"],
  ] as const;
  return listed(parts) || "no changes";
}

export function issueText(issue: SyncIssue, segments: Pick<Segment, "id" | "name">[]): string {
  switch (issue.kind) {
    case "refused":
      return `User ${issue.user}: Resend refused the address (${issue.reason}).`;
    case "segmentGone":
      return `${quotedName(issue.segment, segments)} was deleted at Resend. Create a new one, or turn sync off.`;
    case "heldBack":
      return `${quotedName(issue.segment, segments)}: ${heldBackText(issue)}`;
    case "sameName": {
      const others = pluralize(issue.others, "other segment has", "other segments have");
      return `${quotedName(issue.segment, segments)}: ${others} the same name at Resend. Delete the unused ones there.`;
    }
    case "anotherInstallation":
      return `Another installation (${issue.installation}) syncs to this account. Use one account for each.`;
    case "notRenamed":
      return `${quotedName(issue.segment, segments)}: The segment cannot be renamed at Resend. It keeps its old name there.`;
    case "segmentFailed":
      return `${quotedName(issue.segment, segments)}: ${failureText(issue.reason)}`;
    case "erasureWaits": {
      const people = pluralize(issue.pending, "erased person has", "erased people have");
      return `${people} waited for more than a day to be deleted at Resend.`;
    }
    case "webhookOff":
      return "Resend turned the webhook off. Check the endpoint at Resend, then turn it on again.";
  }
}

/** A failure ends with the status of the answer, such as `(POST /segments: 403 invalid_permission)`. */
const STATUS = /: (\d{3})[ \w]*\)$/;

/** What went wrong, and what to do. */
export function failureText(failure: string): string {
  const status = Number(STATUS.exec(failure)?.[1] ?? 0);
  const said = `${capitalize(failure).replace(/\.$/, "")}.`;
  if (status === 401 || status === 403) return `${said} Check RESEND_API_KEY on the server, then sync again.`;
  if (status === 429) return `${said} Wait for the next period or choose a larger plan at Resend.`;
  if (status >= 500) return `${said} The next sync tries again.`;
  return `${said} The next sync tries again. If it fails too, check the account at Resend.`;
}

/** How many people the first sync adds. */
export function reachable({ members, suppressed, withoutAddress }: PreviewOfSync): number {
  return members - suppressed - withoutAddress;
}

/** How many contacts may be made, and how many the plan allows. */
export function newContactsText({ contactsUnknown, contactsKnown, contactsUsed, contactLimit }: PreviewOfSync): string {
  const made = contactsUnknown === 0 ? "None" : `Up to ${formatNumber(contactsUnknown)}`;
  const known = contactsKnown === 0 ? "" : `, and ${formatNumber(contactsKnown)} are already at Resend`;
  return `${made}${known}. ${planText(contactsUsed, contactLimit)}`;
}

function planText(used: number | null, limit: number | null): string {
  if (limit === null) return "Resend didn't say how many your plan allows.";
  const allowed = `Your plan allows ${formatNumber(limit)}`;
  return used === null ? `${allowed}.` : `${allowed}, and ${formatNumber(used)} are used.`;
}

/** Why switching on needs confirmation. Null if it does not. */
export function confirmationText(preview: PreviewOfSync): string | null {
  const { needsConfirmation, contactsUnknown, contactsUsed, contactLimit } = preview;
  if (!needsConfirmation) return null;
  const isPast = contactLimit !== null && (contactsUsed ?? 0) + contactsUnknown > contactLimit;
  if (isPast) return "This may exceed your plan's limit. Resend may then charge more or refuse broadcasts.";
  return `This may create ${pluralize(contactsUnknown, "contact")} at Resend, which can raise the price of your plan.`;
}

export function minutesText({ least, most }: { least: number; most: number }): string {
  if (most <= 1) return "About a minute";
  return least === most
    ? `About ${formatNumber(most)} minutes`
    : `${formatNumber(least)} to ${pluralize(most, "minute")}`;
}

/** The counts above zero, as a list with commas. */
function listed(parts: readonly (readonly [count: number, word: string])[]): string {
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatNumber(count)} ${word}`)
    .join(", ");
}

/** How fast a sync may go. */
export function speedText({ ours, limit }: SyncRate): string {
  const allowed = limit === null ? "" : `. Resend allows ${formatNumber(limit)} a second`;
  if (ours !== null) return `Up to ${formatNumber(ours)} requests a second${allowed}`;
  return limit === null ? "Half of the rate that Resend allows" : `Half of ${formatNumber(limit)} requests a second`;
}
