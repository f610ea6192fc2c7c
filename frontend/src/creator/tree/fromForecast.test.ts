import { expect, test } from "vitest";
import type { CriteriaSet } from "../../api/client.ts";
import { fromForecast } from "./fromForecast.ts";

const within = (field: "createdAt" | "lastActivityAt", value: string, not = false) =>
  ({ field, operator: not ? "not_within_last" : "within_last", value }) as const;
const all = (...criteria: CriteriaSet["criteria"]): CriteriaSet => ({ combineWith: "AND", criteria });
const ACTIVE = all(within("createdAt", "7d", true), within("lastActivityAt", "7d"));
const inActive = (operator: "in" | "not_in") => ({ field: "segment", operator, value: ["lifecycle:active"] }) as const;

test("who leaves by a day is in the segment, and would not match by what is known today", () => {
  expect(fromForecast("lifecycle:active", ACTIVE, "leave", 3)).toEqual(
    all(inActive("in"), { ...all(within("createdAt", "4d", true), within("lastActivityAt", "4d")), not: true }),
  );
});

test("who enters by a day is not in the segment, and would match", () => {
  expect(fromForecast("lifecycle:active", ACTIVE, "enter", 3)).toEqual(
    all(inActive("not_in"), all(within("createdAt", "4d", true), within("lastActivityAt", "4d"))),
  );
});

test("a span that is over by then holds for everyone or for no one", () => {
  expect(fromForecast("lifecycle:active", ACTIVE, "leave", 7), "everyone leaves").toEqual(all(inActive("in")));
  expect(fromForecast("lifecycle:active", ACTIVE, "enter", 7), "no one enters").toBeUndefined();
  const inactive = all(within("lastActivityAt", "7d", true), within("lastActivityAt", "30d"));
  expect(fromForecast("lifecycle:active", inactive, "enter", 7)).toEqual(
    all(inActive("not_in"), all(within("lastActivityAt", "23d"))),
  );
  const either: CriteriaSet = { combineWith: "OR", criteria: [within("lastActivityAt", "1d"), ACTIVE] };
  expect(fromForecast("lifecycle:active", either, "enter", 2)).toEqual(
    all(inActive("not_in"), {
      combineWith: "OR",
      criteria: [all(within("createdAt", "5d", true), within("lastActivityAt", "5d"))],
    }),
  );
});

test("a negated set stays negated, and hours are kept", () => {
  expect(fromForecast("lifecycle:active", { ...all(within("lastActivityAt", "30h")), not: true }, "leave", 1)).toEqual(
    all(inActive("in"), { ...all(within("lastActivityAt", "6h")), not: false }),
  );
  expect(fromForecast("lifecycle:active", { ...all(within("lastActivityAt", "1d")), not: true }, "enter", 1)).toEqual(
    all(inActive("not_in")),
  );
});

test.each<[string, CriteriaSet["criteria"][number]]>([
  ["another segment", { field: "segment", operator: "in", value: ["plan:pro"] }],
  ["a period of the calendar", { field: "lastActivityAt", operator: "in_period", value: "this_week" }],
  ["counts within a span that is over", { field: "quizAttempts", operator: ">=", value: 3, within: "1d" }],
])("%s cannot be put off", (_, item) => {
  expect(fromForecast("lifecycle:active", all(item), "leave", 2)).toBeUndefined();
});

test("what does not go by time stays as it is, and counts look at what is left of their span", () => {
  const pro = { field: "plan", operator: "equals", value: "PRO" } as const;
  const busy = { field: "quizAttempts", operator: ">=", value: 3, within: "7d" } as const;
  expect(fromForecast("lifecycle:active", all(pro, busy), "enter", 2)).toEqual(
    all(inActive("not_in"), all(pro, { ...busy, within: "5d" })),
  );
});
