// Why runs leave segments and users unchanged, in words.
import type { RuleFailure, RunIssue, Segment, SegmentHealth } from "../api/client.ts";
import { formatNumber, pluralize } from "../shared/format.ts";

export const UNREADABLE_DEFINITION = "This definition is no longer supported.";

/** Runs are expected each day. Two hours more are for one that comes late. */
const OUT_OF_DATE_AFTER = 26 * 3_600_000;

/** Whether the last run that succeeded, if there was one, is too long ago for the segments to be relied on. */
export function isOutOfDate(lastRunAt: string | undefined, now: number): boolean {
  return lastRunAt !== undefined && now - Date.parse(lastRunAt) > OUT_OF_DATE_AFTER;
}

/** Null if runs keep the segment up to date. */
export function healthText(health: SegmentHealth): string | null {
  switch (health.kind) {
    case "ok":
      return null;
    case "ruleFailed":
      return `Not evaluated: ${failureText(health.reason)}`;
    case "heldBack":
      return heldBackText("the last run", health);
  }
}

export type HeldBackIssue = Extract<RunIssue, { kind: "heldBack" }>;

export function isHeldBack(issue: RunIssue): issue is HeldBackIssue {
  return issue.kind === "heldBack";
}

/** Such as `2 segments and 1 user need attention`. A run lists only its first issues, so others are of unknown kinds. */
export function issuesSummary(issues: RunIssue[], issueCount: number): string {
  if (issueCount > issues.length) return `${formatNumber(issueCount)} segments and users need attention`;
  const segments = issues.filter((issue) => "segment" in issue).length;
  const users = issues.length - segments;
  const parts = [segments > 0 && pluralize(segments, "segment"), users > 0 && pluralize(users, "user")];
  return `${parts.filter(Boolean).join(" and ")} ${issueCount === 1 ? "needs" : "need"} attention`;
}

export function issueText(issue: RunIssue, segments: Pick<Segment, "id" | "name">[]): string {
  switch (issue.kind) {
    case "ruleFailed":
      return `${quotedName(issue.segment, segments)} was not evaluated: ${failureText(issue.reason)}`;
    case "heldBack":
      return `${quotedName(issue.segment, segments)}: ${heldBackText("this run", issue)}`;
    case "unreadableUser":
      return `User ${issue.user}: the stored ${issue.column} cannot be read.`;
    case "unwritableUser":
      return `User ${issue.user}: the database refused the changes (${issue.reason}).`;
  }
}

/** The name of a segment in a sentence, or its id if it is not known. */
export function quotedName(id: string, segments: Pick<Segment, "id" | "name">[]): string {
  const segment = segments.find((segment) => segment.id === id);
  return segment === undefined ? id : `“${segment.name}”`;
}

function failureText(reason: RuleFailure): string {
  switch (reason.kind) {
    case "noDefinition":
      return "the segment has no definition.";
    case "invalidDefinition":
      return "the definition is invalid. Edit the segment to correct it.";
    case "cycle":
      return "the definition refers to itself through other segments.";
  }
}

function heldBackText(run: string, { leaving, members }: { leaving: number; members: number }): string {
  const part = leaving === members ? "all" : `${formatNumber(leaving)} of`;
  return `Held back: ${run} would have removed ${part} ${pluralize(members, "member")}.`;
}
