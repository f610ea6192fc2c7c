// What is asked: as it stands in the address, in the form, and as params.
import type { CompareSegmentsParams } from "../../api/client.ts";
import type { ComparisonSearch } from "../../app/routes.ts";
import { ALL_ACTIVITY, kindsOf } from "../pieces/activity.ts";
import { daysBefore } from "../pieces/days.ts";
import { type GoalParams, goalMissing, goalParams, goalSearch, USUAL_GOAL } from "../pieces/goals.ts";

/** The form always says what the goal is, and within what time. */
export type ComparisonParams = CompareSegmentsParams & GoalParams & { within: string };

/** All that the form has, as texts. */
export type ComparisonDraft = Required<{ [name in keyof ComparisonSearch]: string }>;

/** What is not in the address is as usual: all activity, and purchases within 14 days, of the last 30 days. */
export function draftOf(search: ComparisonSearch, now: Date): ComparisonDraft {
  const usual: ComparisonDraft = {
    a: "",
    b: "",
    activity: ALL_ACTIVITY,
    ...USUAL_GOAL,
    within: "14d",
    from: daysBefore(now, 30),
    to: daysBefore(now, 0),
  };
  return { ...usual, ...search };
}

/** What goes into the address: nothing that does not matter for the goal. */
export function searchOf(draft: ComparisonDraft): ComparisonSearch {
  const { a, b, activity, within, from, to } = draft;
  return { a, b, activity, ...goalSearch(draft), within, from, to };
}

/** Nothing while something is missing. */
export function paramsOf(draft: ComparisonDraft): ComparisonParams | undefined {
  const goal = goalParams(draft);
  if (goal === undefined || Object.keys(missingOf(draft)).length > 0) return undefined;
  const { a, b, activity, within, from, to } = draft;
  return { a, b, activity: kindsOf(activity), ...goal, within, from, to };
}

/** What is missing, by the field. */
export function missingOf(draft: ComparisonDraft): Partial<ComparisonDraft> {
  const { a, b } = draft;
  return {
    ...(a === "" && { a: "Choose a segment." }),
    ...(b === "" ? { b: "Choose a segment." } : a === b && { b: "Choose another segment." }),
    ...goalMissing(draft),
  };
}
