import { expect, test } from "vitest";
import { FIELDS } from "../../testing/fields.ts";
import { catalogueOf, newCondition, withOperator } from "./catalogue.ts";
import { completeCriteria } from "./toCriteria.ts";
import { newSet } from "./tree.ts";
import { valueFault } from "./valueFaults.ts";

const catalogue = catalogueOf(FIELDS);

test.each<[field: string, operator: string, value: string | string[], fault: string | undefined]>([
  ["level", ">", "7", undefined],
  ["level", ">", "-7", undefined],
  ["level", ">", "7.5", "whole numbers only"],
  ["level", ">", "5e3", "whole numbers only"],
  ["level", ">", "1,000", "whole numbers only"],
  ["level", "between", ["1", "60.5"], "whole numbers only"],
  ["attr.price", ">", "12.5", undefined],
  ["attr.price", ">", "12,5", "enter a number such as 2.5"],
  ["createdAt", "within_last", "15d", undefined],
  ["createdAt", "within_last", "1.5d", "whole numbers only"],
  ["createdAt", "within_last", "1 weekd", "whole numbers only"],
])("%s %s %j", (field, operator, value, fault) => {
  const node = { ...withOperator(catalogue, newCondition(catalogue, field), operator), value };
  expect(valueFault(node, catalogue)).toBe(fault);
  expect(completeCriteria(newSet([node]), catalogue).criteria, "counted only without a fault").toHaveLength(
    fault === undefined ? 1 : 0,
  );
});

test.each(["", "-", "7."])("%j has only begun, so it is no fault, and not counted", (value) => {
  const node = { ...newCondition(catalogue, "level"), value };
  expect(valueFault(node, catalogue)).toBeUndefined();
  expect(completeCriteria(newSet([node]), catalogue).criteria).toEqual([]);
});

test.each([
  ["EUR", "29,50", "enter an amount such as 29.00"],
  ["JPY", "29.50", "enter an amount such as 29"],
  ["", "29,50", undefined],
])("an amount in %j typed as %s", (currency, value, fault) => {
  const node = { ...newCondition(catalogue, "totalSpent"), value, keys: { currency } };
  expect(valueFault(node, catalogue)).toBe(fault);
});

test("a restriction has faults, too", () => {
  const node = { ...newCondition(catalogue, "quizAttempts"), value: "3", keys: { within: "1.5d" } };
  expect(valueFault(node, catalogue)).toBe("whole numbers only");
});
