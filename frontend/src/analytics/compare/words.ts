// What compared segments have in common, and what can be made of it.
import type { OverlapAnswer } from "../../api/client.ts";
import type { NewSearch } from "../../app/routes.ts";
import { quotedName } from "../../segments/health.ts";
import { textOf } from "../../shared/lists.ts";
import type { Named } from "../pieces/names.ts";

export interface Part {
  text: string;
  people: number;
  /** How a segment of these people begins. */
  start: NewSearch;
}

/** Who is in all of the segments, in any of them, and in each alone. */
export function partsOf({ segments, combinations, population, none }: OverlapAnswer, named: Named): Part[] {
  const ids = segments.map(({ id }) => id);
  const inExactly = (wanted: string[]) =>
    combinations.find(
      ({ segments }) => segments.length === wanted.length && wanted.every((id) => segments.includes(id)),
    )?.users ?? 0;
  const all = ids.length === 2 ? "In both" : `In all ${ids.length}`;
  return [
    { text: all, people: inExactly(ids), start: { all: textOf(ids) } },
    { text: "In any of them", people: population - none, start: { any: textOf(ids) } },
    ...ids.map((id) => ({
      text: `Only in ${quotedName(id, named)}`,
      people: inExactly([id]),
      start: { all: id, none: textOf(ids.filter((other) => other !== id)) },
    })),
  ];
}
