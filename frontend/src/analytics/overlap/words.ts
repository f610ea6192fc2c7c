// Overlaps in words, and where they stand in the matrix.
import type { GetSegmentOverlapParams, OverlapAnswer, Ratio } from "../../api/client.ts";
import type { OverlapSearch } from "../../app/routes.ts";
import { quotedName } from "../../segments/health.ts";
import { formatNumber, pluralize } from "../../shared/format.ts";
import { listOf } from "../../shared/lists.ts";
import type { Named } from "../pieces/names.ts";
import type { Sentence } from "../pieces/Sentences.tsx";

export const LEAST = 2;
export const MOST = 50;
/** So many contained pairs are said in words. The matrix has all. */
const TOLD = 5;

export type OverlapDraft = Record<"segments" | "at", string>;

/** Nothing while fewer than two segments are chosen. */
export function paramsOf({ segments, at }: OverlapSearch): GetSegmentOverlapParams | undefined {
  const ids = listOf(segments);
  return ids.length < LEAST ? undefined : { segments: ids, ...(at !== undefined && at !== "" && { at }) };
}

/** What is missing, by the field. */
export function missingOf({ segments }: OverlapDraft): Partial<OverlapDraft> {
  return listOf(segments).length < LEAST ? { segments: `Choose at least ${LEAST} segments.` } : {};
}

/** What stands out: contained pairs, the largest combination, and who is in none. */
export function sentencesOf(answer: OverlapAnswer, named: Named): Sentence[] {
  const sizes = new Map(answer.segments.map(({ id, size }) => [id, size]));
  const contained = answer.contained.map(({ inner, outer }) => {
    const size = sizes.get(inner) ?? 0;
    const all = size === 1 ? "The only member" : `All ${formatNumber(size)} members`;
    const text = `${all} of ${quotedName(inner, named)} ${size === 1 ? "is" : "are"} in ${quotedName(outer, named)}.`;
    return { text };
  });
  const more = contained.length - TOLD;
  return [
    ...contained.slice(0, TOLD),
    ...(more > 0 ? [{ text: `${pluralize(more, "more pair is", "more pairs are")} contained.` }] : []),
    largestOf(answer, named),
    shareOf(answer.none, answer.population, "in none of these segments."),
  ];
}

function largestOf({ combinations, population }: OverlapAnswer, named: Named): Sentence {
  const largest = combinations.find(({ segments }) => segments.length > 1);
  if (largest === undefined) return { text: "No one is in more than one of these segments." };
  const names = largest.segments.map((id) => quotedName(id, named)).join(" and ");
  return shareOf(largest.users, population, `in exactly ${names}, the largest combination.`);
}

/** `2 of 6 people (33.3%) are in …` */
function shareOf(part: number, of: number, where: string): Sentence {
  return { rate: { part, of }, noun: "people", text: `${part === 1 ? "is" : "are"} ${where}` };
}

/** The share of its row for each cell of the matrix. The diagonal is the segment itself. */
export function matrixOf({ segments, pairs }: OverlapAnswer): Pick<Ratio, "part" | "of">[][] {
  const shares = new Map<string, Ratio>();
  for (const { a, b, ofRow, ofColumn } of pairs) {
    shares.set(`${a} ${b}`, ofRow);
    shares.set(`${b} ${a}`, ofColumn);
  }
  return segments.map(({ id, size }) =>
    segments.map((column) => shares.get(`${id} ${column.id}`) ?? { part: size, of: size }),
  );
}
