// Two segments side by side, in words.
import type { CompareSegmentsAnswer, TwoRates } from "../../api/client.ts";
import { quotedName } from "../../segments/health.ts";
import { capitalize, pluralize } from "../../shared/format.ts";
import { reachedText } from "../pieces/goals.ts";
import type { Named } from "../pieces/names.ts";
import { differenceText } from "../pieces/rates.ts";
import type { Sentence } from "../pieces/Sentences.tsx";
import { spanText } from "../pieces/spans.ts";
import type { ComparisonParams } from "./question.ts";

/** Both rates, each with what it counts: `Active members`, `Bought within 14 days of joining`. */
export function ratesOf(answer: CompareSegmentsAnswer, named: Named): { name: string; rates: TwoRates }[] {
  const { activeMembers, conversion, goal, within } = answer;
  const active = { name: "Active members", rates: activeMembers };
  if (conversion == null || goal == null || within == null) return [active];
  const reached = `${capitalize(reachedText(goal, named))} within ${spanText(within)} of joining`;
  return [active, { name: reached, rates: conversion }];
}

/** `Active members: a larger share of “Pro Users” than of “Free Users”, +8.2 points (+1 to +15).` */
export function sentencesOf(answer: CompareSegmentsAnswer, named: Named): Sentence[] {
  const [first, second] = [quotedName(answer.a, named), quotedName(answer.b, named)];
  return ratesOf(answer, named).map(({ name, rates: { difference } }) => {
    if (difference === null) return { text: `${name}: nothing to compare.` };
    if (!difference.isClear) return { text: `${name}: no clear difference, ${differenceText(difference)}.` };
    const size = difference.points > 0 ? "larger" : "smaller";
    return { text: `${name}: a ${size} share of ${first} than of ${second}, ${differenceText(difference)}.` };
  });
}

/** Whom the difference of active members leaves out, and how many are in both now. */
export function commonText({ inBoth, both }: CompareSegmentsAnswer): string {
  const people = (count: number) => pluralize(count, "person was", "people were");
  return `${people(inBoth)} in both when the range began, and ${people(both)} when it ended. Differences leave out people of both.`;
}

/** What is being counted, while it is. */
export const countingText = ({ a, b }: ComparisonParams, named: Named) =>
  `how ${quotedName(a, named)} and ${quotedName(b, named)} differ`;
