// What is asked: as it stands in the address, in the form, and as params.
import type { GetSegmentConversionParams, GoalText } from "../../api/client.ts";
import type { ConversionSearch } from "../../app/routes.ts";
import { daysBefore } from "../pieces/days.ts";
import { joinedText, type Named } from "../pieces/names.ts";
import { unitOf } from "../pieces/periods.ts";

export type GoalKind = "purchase" | "event" | "quiz" | "enter";

export const GOALS: Record<GoalKind, string> = {
  purchase: "A purchase",
  event: "An event",
  quiz: "A completed quiz",
  enter: "Joining another segment",
};

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
  return { segment, goal, within, from, to, by: unitOf(by) };
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
