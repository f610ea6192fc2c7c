// What is asked: as it stands in the address, in the form, and as params.
import type { GetSegmentConversionParams } from "../../api/client.ts";
import type { ConversionSearch } from "../../app/routes.ts";
import { daysBefore } from "../pieces/days.ts";
import { type GoalParams, goalMissing, goalParams, goalSearch, USUAL_GOAL } from "../pieces/goals.ts";
import { unitOf } from "../pieces/periods.ts";

/** The form always says what the goal is, and within what time. */
export type ConversionParams = GetSegmentConversionParams & GoalParams & { within: string };

/** All that the form has, as texts. */
export type ConversionDraft = Required<{ [name in keyof ConversionSearch]: string }>;

/** What is not in the address is as usual: purchases within 14 days, of the last 30 days. */
export function draftOf(search: ConversionSearch, now: Date): ConversionDraft {
  const usual: ConversionDraft = {
    segment: "",
    ...USUAL_GOAL,
    within: "14d",
    from: daysBefore(now, 30),
    to: daysBefore(now, 0),
    by: "week",
  };
  return { ...usual, ...search };
}

/** What goes into the address: nothing that does not matter for the goal. */
export function searchOf(draft: ConversionDraft): ConversionSearch {
  const { segment, within, from, to, by } = draft;
  return { segment, ...goalSearch(draft), within, from, to, by };
}

/** Nothing while there is no segment, or no goal. */
export function paramsOf(draft: ConversionDraft): ConversionParams | undefined {
  const goal = goalParams(draft);
  if (draft.segment === "" || goal === undefined) return undefined;
  const { segment, within, from, to, by } = draft;
  return { segment, ...goal, within, from, to, by: unitOf(by) };
}

/** What is missing, by the field. */
export function missingOf(draft: ConversionDraft): Partial<ConversionDraft> {
  return { ...(draft.segment === "" && { segment: "Choose a segment." }), ...goalMissing(draft) };
}
