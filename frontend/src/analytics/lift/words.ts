// Lift in words.
import type { Lift, LiftAnswer } from "../../api/client.ts";
import { formatNumber, formatRate, pluralize } from "../../shared/format.ts";
import { reachedParams, reachedText } from "../pieces/goals.ts";
import { joinedText, type Named } from "../pieces/names.ts";
import { clearText, differenceText } from "../pieces/rates.ts";
import type { Sentence } from "../pieces/Sentences.tsx";
import { spanText } from "../pieces/spans.ts";
import type { LiftParams } from "./question.ts";

/** What the message did, or why that is not known. */
export function verdictText({ difference, balance, entrants, goal, within }: LiftAnswer, named: Named): string {
  if (balance.unbalanced) return "Do not trust the difference: those who joined are not split as the holdout says.";
  if (entrants.counted === 0) return "No one joined in this range.";
  if (difference === null)
    return `Nothing to compare yet: in one of the groups, no one’s ${spanText(within)} are over.`;
  if (!difference.isClear) return `No clear difference: ${differenceText(difference)}.`;
  const direction = difference.points > 0 ? "raised" : "lowered";
  return `The message ${direction} the share of those who ${reachedText(goal, named)}: ${differenceText(difference)}.`;
}

/** `540 of 9,000 people (6%) who got the message bought within 14 days.` */
export function groupSentences({ treated, holdout, goal, within }: LiftAnswer, named: Named): Sentence[] {
  const reached = `${reachedText(goal, named)} within ${spanText(within)}.`;
  return [
    { rate: treated, noun: "people", text: `who got the message ${reached}` },
    { rate: holdout, noun: "people", text: `who were held out ${reached}` },
  ];
}

export function pendingText({ pending, within }: LiftAnswer): string {
  return pending === 0
    ? "Everyone’s time is over."
    : `${pluralize(pending, "person is", "people are")} still within the ${spanText(within)}, and not counted yet.`;
}

/** Whether the split of those who joined fits the holdout. */
export function balanceText({ balance: { chiSquare, unbalanced }, holdoutBuckets: [first = 0, last = 0] }: LiftAnswer) {
  const share = `${last - first + 1}%`;
  if (chiSquare === null) return `Whether the split fits a holdout of ${share} cannot be told.`;
  const found = `χ² is ${formatNumber(Math.round(chiSquare * 100) / 100)}`;
  return unbalanced
    ? `Unbalanced: the split does not fit a holdout of ${share}. Chance would do this less than once in 1,000 times (${found}, more than 10.83).`
    : `Balanced: the split fits a holdout of ${share} (${found}).`;
}

/** `+33.3% (-0.9% to +79.4%)`. */
export const liftText = ({ percent, low, high }: Lift) =>
  `${formatRate(percent)} (${formatRate(low)} to ${formatRate(high)})`;

/** A lift is clear if its interval leaves out 0. */
export const isClearLift = ({ low, high }: Lift) => low > 0 || high < 0;

export const clearLiftText = (lift: Lift) => clearText({ points: 0, low: 0, high: 0, isClear: isClearLift(lift) });

/** What is being counted, while it is. */
export function countingText(params: LiftParams, named: Named): string {
  return `who ${joinedText(params.segment, named)} and ${reachedParams(params, named)} within ${spanText(params.within)}`;
}
