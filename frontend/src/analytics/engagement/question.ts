// What is asked: as it stands in the address, in the form, and as params.
import type { ActivityKind, GetSegmentEngagementParams } from "../../api/client.ts";
import type { EngagementSearch } from "../../app/routes.ts";
import { listOf, textOf } from "../../shared/lists.ts";
import { daysBefore } from "../pieces/days.ts";
import { unitOf } from "../pieces/periods.ts";

export const MOST_SEGMENTS = 10;

const KINDS: readonly string[] = ["quizzes", "events", "seen"] satisfies ActivityKind[];

/** What shows that a person was active, as it stands in the address. */
export const ACTIVITY: Record<string, string> = {
  [textOf([...KINDS])]: "All activity",
  "quizzes,events": "Quizzes or events",
  quizzes: "Completed quizzes",
  events: "Events",
  seen: "Being seen by your app",
};

/** All that the form has, as texts. */
export type EngagementDraft = Required<{ [name in keyof EngagementSearch]: string }>;

/** What is not in the address is as usual: all activity of active users, by week, of the last 8 weeks. */
export function draftOf(search: EngagementSearch, now: Date): EngagementDraft {
  const usual: EngagementDraft = {
    segments: "lifecycle:active",
    activity: textOf([...KINDS]),
    from: daysBefore(now, 56),
    to: daysBefore(now, 0),
    by: "week",
  };
  return { ...usual, ...search };
}

/** Nothing while there is no segment. */
export function paramsOf(draft: EngagementDraft): GetSegmentEngagementParams | undefined {
  const { segments, activity, from, to, by } = draft;
  if (segments === "") return undefined;
  return { segments: listOf(segments), activity: kindsOf(activity), from, to, by: unitOf(by) };
}

/** All kinds, if it names none. */
function kindsOf(activity: string): ActivityKind[] {
  const kinds = listOf(activity).filter((kind): kind is ActivityKind => KINDS.includes(kind));
  return kinds.length === 0 ? ["quizzes", "events", "seen"] : kinds;
}

/** What is missing, by the field. */
export function missingOf({ segments }: EngagementDraft): Partial<EngagementDraft> {
  return segments === "" ? { segments: "Choose a segment." } : {};
}
