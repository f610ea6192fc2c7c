import fc from "fast-check";
import { expect, test } from "vitest";
import type { ListedSegment } from "../../api/client.ts";
import { readListSearch, SORT_KEYS, type Sort } from "../../app/routes.ts";
import { listedSegment } from "../../testing/segments.ts";
import { filterListed } from "./filterListed.ts";
import { type Listed, listed } from "./listed.ts";
import { linesOf, nextSortOfList, sortListed } from "./sortListed.ts";

const NOW = Date.parse("2026-03-31T12:00:00Z");

function item(id: string, given: Partial<ListedSegment> = {}, [change7, change30]: number[] = []): Listed {
  const isKnown = change7 !== undefined && change30 !== undefined;
  return listed(listedSegment(id, given), isKnown ? { id, sizes: [], change7, change30 } : undefined, undefined, NOW);
}

const ALL = [
  item("plan:pro", { name: "Pro Users", userCount: 52 }, [1, 2]),
  item("certification:aws", { name: "AWS Focus", userCount: 9, isActive: false }, [0, 0]),
  item("custom:1", {
    name: "Über 10",
    description: "Resumé written",
    userCount: 7,
    tags: ["Autumn"],
    createdBy: "token:anna",
  }),
  item("custom:2", { name: "Über 9", health: { kind: "heldBack", leaving: 90, members: 100 } }),
];
const namesOf = (items: Listed[]) => items.map(({ segment }) => segment.name);

test.each([
  ["everything without a filter", {}, ["Pro Users", "AWS Focus", "Über 10", "Über 9"]],
  ["names, without regard to case and accents", { q: "uber" }, ["Über 10", "Über 9"]],
  ["descriptions", { q: "resume" }, ["Über 10"]],
  ["words that are not next to each other, and types", { q: "focus certification" }, ["AWS Focus"]],
  ["tags, too", { q: "autumn" }, ["Über 10"]],
  ["those with a tag", { tag: "Autumn" }, ["Über 10"]],
  ["those that somebody created", { creator: "token:anna" }, ["Über 10"]],
  ["inactive ones", { show: "inactive" }, ["AWS Focus"]],
  ["those that need attention", { show: "attention" }, ["Über 9"]],
  ["several types", { type: "plan,certification" }, ["Pro Users", "AWS Focus"]],
  ["all filters together", { type: "custom", q: "10", show: "active" }, ["Über 10"]],
] as const)("a list finds %s", (_, search, names) => {
  expect(namesOf(filterListed(ALL, search))).toEqual(names);
});

test.each<[Sort, string[]]>([
  ["name", ["AWS Focus", "Pro Users", "Über 9", "Über 10"]],
  ["-members", ["Pro Users", "AWS Focus", "Über 10", "Über 9"]],
  // Who has no figure comes last.
  ["-change7", ["Pro Users", "AWS Focus", "Über 10", "Über 9"]],
  ["change7", ["AWS Focus", "Pro Users", "Über 10", "Über 9"]],
  ["createdBy", ["Über 10", "Pro Users", "AWS Focus", "Über 9"]],
  ["state", ["Über 9", "Pro Users", "Über 10", "AWS Focus"]],
])("a list is sorted by %s", (sort, names) => {
  expect(namesOf(sortListed(ALL, sort))).toEqual(names);
});

test("a trend is sorted by growth in percent, which is not the order of the change in 30 days", () => {
  const grown = (name: string, sizes: number[]) =>
    listed(
      listedSegment(`custom:${name}`, { name, userCount: sizes.at(-1) ?? 0 }),
      { id: name, sizes, change7: 0, change30: (sizes.at(-1) ?? 0) - (sizes[0] ?? 0) },
      undefined,
      NOW,
    );
  const all = [
    grown("large", [1_000, 1_050, 1_100]),
    grown("small", [10, 12, 15]),
    grown("shrunk", [40, 30, 20]),
    grown("from nobody", [0, 3, 5]),
    grown("nobody", [0, 0, 0]),
    item("custom:9", { name: "unknown" }),
  ];
  const shrunkLast = ["from nobody", "small", "large", "nobody", "shrunk", "unknown"];
  expect(namesOf(sortListed(all, "-trend"))).toEqual(shrunkLast);
  expect(namesOf(sortListed(all, "-change30"))[0]).toBe("large");
  expect(readListSearch({ sort: "-trend" })).toEqual({ sort: "-trend" });
  expect(nextSortOfList("trend", undefined)).toBe("-trend");
});

test("stars come first, in every order", () => {
  const all = [...ALL.slice(0, 3), item("custom:3", { name: "Starred", starred: true })];
  const orders = [undefined, "name", "-members"] as const;
  expect(orders.map((sort) => namesOf(sortListed(all, sort))[0])).toEqual(["Starred", "Starred", "Starred"]);
  expect(namesOf(sortListed(all, "name")).slice(1)).toEqual(["AWS Focus", "Pro Users", "Über 10"]);
});

test("a segment says by how much it grew, or that it is new", () => {
  expect(item("plan:pro", { userCount: 29 }, [6, 29])).toMatchObject({ change7: 6, change30: 29 });
  expect(item("plan:pro", { userCount: 5, createdAt: "2026-03-31T00:00:00Z" }, [5, 5])).toMatchObject({
    change7: "new",
    change30: "new",
  });
  expect(item("plan:pro")).toMatchObject({ change7: null, change30: null });
});

test("grouped, each type has a line with its count, and its segments below it", () => {
  expect(linesOf(ALL, true).map((line) => (line.kind === "group" ? `${line.label} ${line.count}` : "-"))).toEqual([
    "Plan 1",
    "-",
    "Certification 1",
    "-",
    "Custom 2",
    "-",
    "-",
  ]);
  expect(linesOf(ALL, false)).toHaveLength(4);
});

test("a sort keeps every segment, and three clicks on a column bring back the first order", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SORT_KEYS), fc.shuffledSubarray(ALL), (key, some) => {
      expect(new Set(sortListed(some, key))).toEqual(new Set(some));
      const first = nextSortOfList(key, undefined);
      expect(nextSortOfList(key, nextSortOfList(key, first))).toBeUndefined();
    }),
  );
});

test("the address says what is listed, and nothing else", () => {
  const search = {
    q: "x",
    show: "attention",
    type: "plan,nothing",
    synced: "yes",
    tag: "a b",
    creator: "token:anna",
    sort: "-members",
    view: "cards",
  };
  expect(readListSearch({ ...search, group: "type", other: "y" })).toEqual({ ...search, type: "plan", group: "type" });
  expect(readListSearch({ show: "all", type: "x", synced: "no", sort: "-x", group: "x", view: "table" })).toEqual({});
});
