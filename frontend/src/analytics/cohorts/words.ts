// The answer in words.
import type { CohortMeasure, CohortStart, CohortsAnswer } from "../../api/client.ts";
import { quotedName } from "../../segments/health.ts";
import { pluralize } from "../../shared/format.ts";
import { reachedText } from "../pieces/goals.ts";
import type { Named } from "../pieces/names.ts";
import type { Sentence } from "../pieces/Sentences.tsx";

const DID: Record<CohortMeasure, [one: string, many: string]> = {
  activity: ["was active", "were active"],
  member: ["was a member", "were members"],
  purchase: ["bought", "bought"],
  goal: ["reached the goal", "reached the goal"],
  revenue: ["paid or got back", "paid or got back"],
};

export const BEGAN: Record<CohortStart, string> = {
  registered: "registered",
  entered: "first joined the segment",
  firstPurchase: "first bought",
  firstEvent: "first did the event",
};

/** `900 of 1,500 people (60%) were active in the week after.` */
export function sentencesOf(answer: CohortsAnswer, named: Named): Sentence[] {
  const { cohorts, pooled, by } = answer;
  const size = cohorts.reduce((sum, { size }) => sum + size, 0);
  const began = { text: `${pluralize(size, "person", "people")} ${beganText(answer, named)} in this range.` };
  const next = pooled[1];
  if (next == null || next.of === 0) return [began, { text: `No ${by} after the first is over yet.` }];
  const [one, many] = didText(answer, named);
  return [began, { rate: next, noun: "people", text: `${next.part === 1 ? one : many} in the ${by} after.` }];
}

/** How they began, by the name of the segment or of the event. */
function beganText({ start, segment, name }: CohortsAnswer, named: Named): string {
  if (start === "entered" && segment != null) return `first joined ${quotedName(segment, named)}`;
  return start === "firstEvent" && name != null ? `first did “${name}”` : BEGAN[start];
}

function didText({ measure, goal }: CohortsAnswer, named: Named): [one: string, many: string] {
  if (measure !== "goal" || goal == null) return DID[measure];
  const reached = reachedText(goal, named);
  return [reached, reached];
}

/** `Same week`, `1 week after`. */
export function columnText(column: number, by: CohortsAnswer["by"]): string {
  return column === 0 ? `Same ${by}` : `${pluralize(column, by)} after`;
}
