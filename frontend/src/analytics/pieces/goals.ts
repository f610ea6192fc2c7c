// What those who join are hoped to do: as it stands in the address, in the form, and as params.
import type { GoalText } from "../../api/client.ts";
import { joinedText, type Named } from "./names.ts";

export const GOALS = {
  purchase: "A purchase",
  event: "An event",
  quiz: "A completed quiz",
  enter: "Joining another segment",
};

/** `goal` is one of the kinds above, or the id of a saved goal. */
export type GoalDraft = Record<"goal" | "event" | "provider" | "enter", string>;

/** A goal as it is, or the id of a saved one. */
export type GoalParams = { goal: GoalText } | { goalId: string };

export const USUAL_GOAL: GoalDraft = { goal: "purchase", event: "", provider: "", enter: "" };

export const isSaved = ({ goal }: Pick<GoalDraft, "goal">) => !(goal in GOALS);

/** What goes into the address: nothing that does not matter for the goal. */
export function goalSearch({ goal, event, provider, enter }: GoalDraft): Partial<GoalDraft> {
  return {
    goal,
    ...(goal === "event" && { event }),
    ...(goal === "quiz" && { provider }),
    ...(goal === "enter" && { enter }),
  };
}

/** Nothing while something is missing. */
export function goalParams(draft: GoalDraft): GoalParams | undefined {
  if (Object.keys(goalMissing(draft)).length > 0) return undefined;
  const { goal, event, provider, enter } = draft;
  switch (goal) {
    case "event":
      return { goal: { event } };
    case "quiz":
      return { goal: { quiz: provider === "" ? {} : { provider } } };
    case "enter":
      return { goal: { enter } };
    case "purchase":
      return { goal: { purchase: {} } };
    default:
      return { goalId: goal };
  }
}

/** What is missing, by the field. */
export function goalMissing({ goal, event, enter }: GoalDraft): Partial<GoalDraft> {
  return {
    ...(goal === "event" && event === "" && { event: "Enter the name of an event." }),
    ...(goal === "enter" && enter === "" && { enter: "Choose a segment." }),
  };
}

/** A goal as the form has it. */
export function goalDraftOf(goal: GoalText): GoalDraft {
  if ("event" in goal) return { ...USUAL_GOAL, goal: "event", event: goal.event };
  if ("enter" in goal) return { ...USUAL_GOAL, goal: "enter", enter: goal.enter };
  if ("quiz" in goal) return { ...USUAL_GOAL, goal: "quiz", provider: goal.quiz.provider ?? "" };
  return USUAL_GOAL;
}

/** What those did who reached the goal, such as `bought`. */
export function reachedText(goal: GoalText, named: Named): string {
  if ("event" in goal) return `did “${goal.event}”`;
  if ("enter" in goal) return joinedText(goal.enter, named);
  if ("quiz" in goal) return `completed a quiz${goal.quiz.provider == null ? "" : ` of ${goal.quiz.provider}`}`;
  return "bought";
}

/** The same before the answer says what a saved goal is. */
export const reachedParams = (params: GoalParams, named: Named) =>
  "goal" in params ? reachedText(params.goal, named) : "reached the goal";
