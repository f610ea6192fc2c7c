// The answer in words.
import type { CohortMeasure, CohortStart, CohortsAnswer } from "../../api/client.ts";
import { pluralize } from "../../shared/format.ts";
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
export function sentencesOf({ cohorts, pooled, measure, start, by }: CohortsAnswer): Sentence[] {
  const size = cohorts.reduce((sum, { size }) => sum + size, 0);
  const began = { text: `${pluralize(size, "person", "people")} ${BEGAN[start]} in this range.` };
  const next = pooled[1];
  if (next == null || next.of === 0) return [began, { text: `No ${by} after the first is over yet.` }];
  const [one, many] = DID[measure];
  return [began, { rate: next, noun: "people", text: `${next.part === 1 ? one : many} in the ${by} after.` }];
}

/** `Same week`, `1 week after`. */
export function columnText(column: number, by: CohortsAnswer["by"]): string {
  return column === 0 ? `Same ${by}` : `${pluralize(column, by)} after`;
}
