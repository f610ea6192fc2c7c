// Why runs leave segments and users unchanged, in words.
import type { RuleFailure, RunIssue, Segment, SegmentHealth } from "../api/client.ts";
import { formatNumber, pluralize } from "../shared/format.ts";

export const UNREADABLE_DEFINITION = "This definition can no longer be read.";

/** Null if runs keep the segment up to date. */
export function healthText(health: SegmentHealth): string | null {
  switch (health.kind) {
    case "ok":
      return null;
    case "ruleFailed":
      return `Not evaluated: ${failureText(health.reason)}`;
    case "heldBack":
      return heldBackText(health);
  }
}

export function issueText(issue: RunIssue, segments: Pick<Segment, "id" | "name">[]): string {
  switch (issue.kind) {
    case "ruleFailed":
      return `${quotedName(issue.segment, segments)} was not evaluated: ${failureText(issue.reason)}`;
    case "heldBack":
      return `${quotedName(issue.segment, segments)}: ${heldBackText(issue)}`;
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

function heldBackText({ leaving, members }: { leaving: number; members: number }): string {
  return `Held back: ${formatNumber(leaving)} of ${pluralize(members, "member")} would be removed.`;
}
