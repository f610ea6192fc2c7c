// What is asked: as it stands in the address, in the form, and as params.
import type { GetSegmentEngagementParams } from "../../api/client.ts";
import type { EngagementSearch } from "../../app/routes.ts";
import { listOf } from "../../shared/lists.ts";
import { ALL_ACTIVITY, kindsOf } from "../pieces/activity.ts";
import { daysBefore } from "../pieces/days.ts";
import { unitOf } from "../pieces/periods.ts";

export const MOST_SEGMENTS = 10;

/** All that the form has, as texts. */
export type EngagementDraft = Required<{ [name in keyof EngagementSearch]: string }>;

/** What is not in the address is as usual: all activity of active users, by week, of the last 8 weeks. */
export function draftOf(search: EngagementSearch, now: Date): EngagementDraft {
  const usual: EngagementDraft = {
    segments: "lifecycle:active",
    activity: ALL_ACTIVITY,
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

/** What is missing, by the field. */
export function missingOf({ segments }: EngagementDraft): Partial<EngagementDraft> {
  return segments === "" ? { segments: "Choose a segment." } : {};
}
