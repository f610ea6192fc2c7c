// What is asked: as it stands in the address, in the form, and as params.
import type { CalendarUnit, GetSegmentConversionParams, GoalText } from "../../api/client.ts";
import type { ConversionSearch } from "../../app/routes.ts";
import { pluralize } from "../../shared/format.ts";
import { daysBefore } from "../pieces/days.ts";
import { joinedText, type Named } from "../pieces/names.ts";

export type GoalKind = "purchase" | "event" | "quiz" | "enter";

export const GOALS: Record<GoalKind, string> = {
  purchase: "A purchase",
  event: "An event",
  quiz: "A completed quiz",
  enter: "Joining another segment",
};

export const UNITS: Record<CalendarUnit, string> = { day: "Day", week: "Week", month: "Month" };

const SPANS = ["1d", "3d", "7d", "14d", "30d", "60d", "90d"];

/** The form always says what the goal is, and within what time. */
export type ConversionParams = GetSegmentConversionParams & { goal: GoalText; within: string };

/** All that the form has, as texts. */
export type ConversionDraft = Required<{ [name in keyof ConversionSearch]: string }>;

/** What is not in the address is as usual: purchases within 14 days, of the last 30 days. */
export function draftOf(search: ConversionSearch, now: Date): ConversionDraft {
  const usual: ConversionDraft = {
    segment: "",
    goal: "purchase",
    event: "",
    provider: "",
    enter: "",
    within: "14d",
    from: daysBefore(now, 30),
    to: daysBefore(now, 0),
    by: "week",
  };
  return { ...usual, ...search };
}

/** What goes into the address: nothing that does not matter for the goal. */
export function searchOf({ event, provider, enter, ...draft }: ConversionDraft): ConversionSearch {
  return {
    ...draft,
    ...(draft.goal === "event" && { event }),
    ...(draft.goal === "quiz" && { provider }),
    ...(draft.goal === "enter" && { enter }),
  };
}

/** Nothing while there is no segment, or no goal. */
export function paramsOf(draft: ConversionDraft): ConversionParams | undefined {
  const goal = goalOf(draft);
  if (draft.segment === "" || goal === undefined) return undefined;
  const { segment, within, from, to, by } = draft;
  return { segment, goal, within, from, to, by: by in UNITS ? (by as CalendarUnit) : "week" };
}

/** What is missing, by the field. */
export function missingOf({ segment, goal, event, enter }: ConversionDraft): Partial<ConversionDraft> {
  return {
    ...(segment === "" && { segment: "Choose a segment." }),
    ...(goal === "event" && event === "" && { event: "Enter the name of an event." }),
    ...(goal === "enter" && enter === "" && { enter: "Choose a segment." }),
  };
}

function goalOf({ goal, event, provider, enter }: ConversionDraft): GoalText | undefined {
  switch (goal) {
    case "event":
      return event === "" ? undefined : { event };
    case "quiz":
      return { quiz: provider === "" ? {} : { provider } };
    case "enter":
      return enter === "" ? undefined : { enter };
    default:
      return { purchase: {} };
  }
}

/** What those did who reached the goal, such as `bought`. */
export function reachedText(goal: GoalText, named: Named): string {
  if ("event" in goal) return `did “${goal.event}”`;
  if ("enter" in goal) return joinedText(goal.enter, named);
  if ("quiz" in goal) return `completed a quiz${goal.quiz.provider == null ? "" : ` of ${goal.quiz.provider}`}`;
  return "bought";
}

/** `7d` as `7 days`. Anything else as it is written. */
export function spanText(span: string): string {
  const [, count, unit = ""] = /^(\d{1,6})([mhdw])$/.exec(span) ?? [];
  const words: Record<string, string> = { m: "minute", h: "hour", d: "day", w: "week" };
  const word = words[unit];
  return count === undefined || word === undefined ? span : pluralize(Number(count), word);
}

/** Spans to choose from, with one that stands in the address. */
export function spanOptions(chosen: string) {
  const spans = SPANS.includes(chosen) ? SPANS : [...SPANS, chosen];
  return spans.map((value) => ({ value, label: spanText(value) }));
}
