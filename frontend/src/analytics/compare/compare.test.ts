import { expect, test } from "vitest";
import type { OverlapAnswer } from "../../api/client.ts";
import { fromSegments } from "../../creator/tree/fromSegments.ts";
import { partsOf } from "./words.ts";

const NAMED = [
  { id: "plan:pro", name: "Pro Users" },
  { id: "lifecycle:churned", name: "Churned Users" },
];
const ANSWER = {
  segments: [
    { id: "plan:pro", size: 50 },
    { id: "lifecycle:churned", size: 40 },
  ],
  combinations: [
    { segments: ["plan:pro"], users: 45 },
    { segments: ["lifecycle:churned"], users: 35 },
    { segments: ["lifecycle:churned", "plan:pro"], users: 5 },
  ],
  population: 200,
  none: 115,
} as OverlapAnswer;

test("two segments have both, either and only one", () => {
  expect(partsOf(ANSWER, NAMED).map(({ text, people }) => `${text}: ${people}`)).toEqual([
    "In both: 5",
    "In any of them: 85",
    "Only in “Pro Users”: 45",
    "Only in “Churned Users”: 35",
  ]);
});

test("a combination that nobody is in has no one", () => {
  expect(partsOf({ ...ANSWER, combinations: [] }, NAMED)[0]).toMatchObject({ people: 0 });
});

test.each([
  [
    "all",
    { all: "plan:pro,lifecycle:churned" },
    [
      ["in", ["plan:pro"]],
      ["in", ["lifecycle:churned"]],
    ],
  ],
  ["any", { any: "plan:pro,lifecycle:churned" }, [["in", ["plan:pro", "lifecycle:churned"]]]],
  [
    "one alone",
    { all: "plan:pro", none: "lifecycle:churned" },
    [
      ["in", ["plan:pro"]],
      ["not_in", ["lifecycle:churned"]],
    ],
  ],
])("a segment of %s begins with these conditions", (_, start, conditions) => {
  expect(fromSegments(start)).toEqual({
    combineWith: "AND",
    criteria: conditions.map(([operator, value]) => ({ field: "segment", operator, value })),
  });
});

test("without segments there is nothing to begin with", () => {
  expect(fromSegments({})).toBeUndefined();
});
