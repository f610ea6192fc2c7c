// What is asked: as it stands in the address, in the form, and as params.
import type { CohortMeasure, CohortStart, GetCohortsParams } from "../../api/client.ts";
import type { CohortsSearch } from "../../app/routes.ts";
import { daysBefore } from "../pieces/days.ts";
import { goalMissing, goalParams, goalSearch, USUAL_GOAL } from "../pieces/goals.ts";
import { unitOf } from "../pieces/periods.ts";

export const STARTS: Record<CohortStart, string> = {
  registered: "Registering",
  entered: "First joining a segment",
  firstPurchase: "First buying",
  firstEvent: "First event of a name",
};

export const MEASURES: Record<CohortMeasure, string> = {
  activity: "Being active",
  member: "Being in a segment",
  purchase: "Buying",
  goal: "Reaching a goal",
  revenue: "Revenue",
};

export const CLOCKS = { calendar: "The calendar", own: "Each person's start" };
export const MODES = { on: "In this column", onOrAfter: "In this one or later" };
export const COLUMNS = ["4", "8", "12", "24"];

/** All that the form has, as texts. */
export type CohortsDraft = Required<{ [name in keyof CohortsSearch]: string }>;

/** What is not in the address is as usual: activity of those who registered in the last 12 weeks, by week. */
export function draftOf(search: CohortsSearch, now: Date): CohortsDraft {
  const usual: CohortsDraft = {
    start: "registered",
    name: "",
    segment: "",
    measure: "activity",
    ...USUAL_GOAL,
    by: "week",
    clock: "calendar",
    mode: "on",
    columns: "12",
    from: daysBefore(now, 84),
    to: daysBefore(now, 0),
  };
  return { ...usual, ...search };
}

export const needsSegment = ({ start, measure }: Pick<CohortsDraft, "start" | "measure">) =>
  start === "entered" || measure === "member";
export const needsGoal = ({ measure }: Pick<CohortsDraft, "measure">) => measure === "goal";
export const needsName = ({ start }: Pick<CohortsDraft, "start">) => start === "firstEvent";

/** What goes into the address: nothing that does not matter. */
export function searchOf(draft: CohortsDraft): CohortsSearch {
  const { start, name, segment, measure, by, clock, mode, columns, from, to } = draft;
  return {
    ...{ start, measure, by, clock, mode, columns, from, to },
    ...(needsName(draft) && { name }),
    ...(needsSegment(draft) && { segment }),
    ...(needsGoal(draft) && goalSearch(draft)),
  };
}

/** Nothing while there is no segment, name or goal that is needed. */
export function paramsOf(draft: CohortsDraft): GetCohortsParams | undefined {
  if (Object.keys(missingOf(draft)).length > 0) return undefined;
  const { start, name, segment, measure, by, clock, mode, columns, from, to } = draft;
  return {
    start: start in STARTS ? (start as CohortStart) : "registered",
    measure: measure in MEASURES ? (measure as CohortMeasure) : "activity",
    ...(needsName(draft) && { name }),
    ...(needsSegment(draft) && { segment }),
    ...(needsGoal(draft) && goalParams(draft)),
    by: unitOf(by),
    clock: clock === "own" ? "own" : "calendar",
    mode: mode === "onOrAfter" ? "onOrAfter" : "on",
    columns: COLUMNS.includes(columns) ? Number(columns) : 12,
    from,
    to,
  };
}

/** What is missing, by the field. */
export function missingOf(draft: CohortsDraft): Partial<CohortsDraft> {
  return {
    ...(needsSegment(draft) && draft.segment === "" && { segment: "Choose a segment." }),
    ...(needsName(draft) && draft.name === "" && { name: "Enter the name of an event." }),
    ...(needsGoal(draft) && goalMissing(draft)),
  };
}
