// The order of the list.
import type { Sort, SortKey } from "../../app/routes.ts";
import { actorName } from "../../shared/actorName.ts";
import { nextSort, sortOf } from "../../shared/sorting.ts";
import { groupStyle } from "../groupStyle.ts";
import { type Change, type Listed, needsAttention } from "./listed.ts";

type Value = string | number | null;

const VALUES: Record<SortKey, (item: Listed) => Value> = {
  name: ({ segment }) => segment.name,
  members: ({ segment }) => segment.userCount,
  change7: ({ change7 }) => figureOf(change7),
  change30: ({ change30 }) => figureOf(change30),
  trend: growthOf,
  state: (item) => (needsAttention(item) ? 0 : item.segment.isActive ? 1 : 2),
  changed: ({ segment }) => (segment.countedAt === null ? null : Date.parse(segment.countedAt)),
  createdBy: ({ segment }) => nameOf(segment.createdBy),
  editedBy: ({ segment }) => nameOf(segment.editedBy),
  sync: ({ sync }) => sync?.text ?? null,
};

const FIGURES: SortKey[] = ["members", "change7", "change30", "trend", "changed"];

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Stars first, and then by the sort. Without one, as the server lists them. */
export function sortListed(all: Listed[], sort: Sort | undefined): Listed[] {
  const sorted = sort === undefined ? all : sortedBy(all, sort);
  const [starred, others] = [true, false].map((is) => sorted.filter(({ segment }) => segment.starred === is));
  return [...(starred ?? []), ...(others ?? [])];
}

/** What has no value comes last, whatever the direction. */
function sortedBy(all: Listed[], sort: Sort): Listed[] {
  const { key, isDescending } = sortOf(sort);
  const sign = isDescending ? -1 : 1;
  return all
    .map((item) => ({ item, value: VALUES[key](item) }))
    .sort(({ value: one }, { value: other }) => {
      if (one === null || other === null) return Number(one === null) - Number(other === null);
      return sign * compare(one, other);
    })
    .map(({ item }) => item);
}

/** Figures are sorted from the greatest first, and everything else from the least. */
export function nextSortOfList(key: SortKey, sort: Sort | undefined): Sort | undefined {
  return nextSort(key, sort, FIGURES.includes(key));
}

export type Line = { kind: "group"; label: string; count: number } | { kind: "segment"; item: Listed };

/** The lines of the list: segments, each type below its name if they are grouped. */
export function linesOf(sorted: Listed[], isGrouped: boolean): Line[] {
  if (!isGrouped) return sorted.map(lineOf);
  const groups = new Map<string, Listed[]>();
  for (const item of sorted) {
    const { label } = groupStyle(item.segment.segmentType);
    groups.set(label, [...(groups.get(label) ?? []), item]);
  }
  return [...groups].flatMap(([label, items]) => [
    { kind: "group" as const, label, count: items.length },
    ...items.map(lineOf),
  ]);
}

function lineOf(item: Listed): Line {
  return { kind: "segment", item };
}

/** Nobody created or edited a built-in segment. */
function nameOf(actor: string | null | undefined): string | null {
  return actor == null ? null : actorName(actor);
}

function figureOf(change: Change): number | null {
  return change === "new" ? null : change;
}

/** In percent, over the days of the line, as `getSegmentStats` counts it: from nobody, anybody is 100. */
function growthOf({ sizes = [], change30 }: Listed): number | null {
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (first === undefined || last === undefined || change30 === "new") return null;
  if (first === 0) return last === 0 ? 0 : 100;
  return ((last - first) / first) * 100;
}

function compare(one: string | number, other: string | number): number {
  return typeof one === "number" && typeof other === "number" ? one - other : COLLATOR.compare(`${one}`, `${other}`);
}
