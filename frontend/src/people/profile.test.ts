// What a person has: one condition for each field, whatever it is compared with.
import { expect, test } from "vitest";
import type { ExplainedPart, GetFieldsResult } from "../api/client.ts";
import { conditionsOf, isOfUser } from "./profile.ts";

const operator = (name: string, value: string, options: string[] = []) => ({ name, value, options });
const field = (name: string, operators: object[], keys: object[] = []) => ({ name, operators, keys, min: null });
const CATALOGUE = {
  fields: [
    field("plan", [operator("equals", "option", ["FREE", "PRO"])]),
    field("email", [operator("equals", "text")]),
    field("createdAt", [operator("between", "dateRange"), operator(">", "date")]),
    field("events", [operator(">", "number")], [{ name: "name", required: true }]),
    field("totalSpent", [operator(">=", "amount")], [{ name: "currency", required: true }]),
    field("attr.tags", [operator("contains_any", "textList")]),
    field("segment", [operator("in", "segmentList")]),
  ],
  currencies: [
    { code: "EUR", exponent: 2 },
    { code: "JPY", exponent: 0 },
  ],
  limits: { conditions: 3 },
} as unknown as GetFieldsResult;

test("each field is asked about once, money in each currency, in lists that are not too long", () => {
  expect(conditionsOf(CATALOGUE)).toEqual([
    [
      { field: "plan", operator: "equals", value: "FREE" },
      { field: "createdAt", operator: ">", value: "2000-01-01T00:00:00Z" },
      { field: "totalSpent", operator: ">=", value: 0, currency: "EUR" },
    ],
    [
      { field: "totalSpent", operator: ">=", value: 0, currency: "JPY" },
      { field: "attr.tags", operator: "contains_any", value: ["a"] },
    ],
  ]);
});

test.each([
  [{ amountMinor: 0, currency: "EUR" }, false],
  [{ amountMinor: 1200, currency: "EUR" }, true],
  [0, true],
  [null, true],
])("of %j, it is %s that the person has it", (observed, is) => {
  expect(isOfUser({ observed } as ExplainedPart)).toBe(is);
});
