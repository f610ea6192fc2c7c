// What is asked: as it stands in the address, in the form, and as params.
import type { GetSegmentLiftParams } from "../../api/client.ts";
import type { LiftSearch } from "../../app/routes.ts";
import { daysBefore } from "../pieces/days.ts";
import { type GoalParams, goalMissing, goalParams, goalSearch, USUAL_GOAL } from "../pieces/goals.ts";

/** The form always says what the goal is, and within what time. */
export type LiftParams = GetSegmentLiftParams & GoalParams & { within: string };

/** All that the form has, as texts. */
export type LiftDraft = Required<{ [name in keyof LiftSearch]: string }>;

/** What is not in the address is as usual: a tenth held out, purchases within 14 days, of the last 30 days. */
export function draftOf(search: LiftSearch, now: Date): LiftDraft {
  const usual: LiftDraft = {
    segment: "",
    first: "0",
    last: "9",
    ...USUAL_GOAL,
    within: "14d",
    from: daysBefore(now, 30),
    to: daysBefore(now, 0),
  };
  return { ...usual, ...search };
}

/** What goes into the address: nothing that does not matter for the goal. */
export function searchOf(draft: LiftDraft): LiftSearch {
  const { segment, first, last, within, from, to } = draft;
  return { segment, first, last, ...goalSearch(draft), within, from, to };
}

/** Nothing while something is missing. */
export function paramsOf(draft: LiftDraft): LiftParams | undefined {
  const goal = goalParams(draft);
  if (goal === undefined || Object.keys(missingOf(draft)).length > 0) return undefined;
  const { segment, first, last, within, from, to } = draft;
  return { segment, holdout: [Number(first), Number(last)], ...goal, within, from, to };
}

const BUCKET = /^\d{1,2}$/;

/** What is missing or no bucket, by the field. */
export function missingOf(draft: LiftDraft): Partial<LiftDraft> {
  const { segment, first, last } = draft;
  const wrong = "Enter a whole number from 0 to 99.";
  const areBuckets = BUCKET.test(first) && BUCKET.test(last);
  return {
    ...(segment === "" && { segment: "Choose a segment." }),
    ...(!BUCKET.test(first) && { first: wrong }),
    ...(!BUCKET.test(last) && { last: wrong }),
    ...(areBuckets && Number(last) < Number(first) && { last: "Enter a number that is not below the first." }),
    ...goalMissing(draft),
  };
}
