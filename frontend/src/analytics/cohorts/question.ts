// What is asked: as it stands in the address, in the form, and as params.
import type { CohortMeasure, CohortStart, GetCohortsParams } from "../../api/client.ts";
import type { CohortsSearch } from "../../app/routes.ts";
import { daysBefore } from "../pieces/days.ts";
import { unitOf } from "../pieces/periods.ts";

export const STARTS: Record<CohortStart, string> = {
  registered: "Registering",
  entered: "First joining a segment",
  firstPurchase: "First buying",
  firstEvent: "First event of a name",
};

/** Goals have a report of their own. */
export const MEASURES: Record<Exclude<CohortMeasure, "goal">, string> = {
  activity: "Being active",
  member: "Being in a segment",
  purchase: "Buying",
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
export const needsName = ({ start }: Pick<CohortsDraft, "start">) => start === "firstEvent";

/** What goes into the address: nothing that does not matter. */
export function searchOf({ name, segment, ...draft }: CohortsDraft): CohortsSearch {
  return { ...draft, ...(needsName(draft) && { name }), ...(needsSegment(draft) && { segment }) };
}

/** Nothing while there is no segment or name that is needed. */
export function paramsOf(draft: CohortsDraft): GetCohortsParams | undefined {
  if (Object.keys(missingOf(draft)).length > 0) return undefined;
  const { start, name, segment, measure, by, clock, mode, columns, from, to } = draft;
  return {
    start: start in STARTS ? (start as CohortStart) : "registered",
    measure: measure in MEASURES ? (measure as CohortMeasure) : "activity",
    ...(needsName(draft) && { name }),
    ...(needsSegment(draft) && { segment }),
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
  };
}
