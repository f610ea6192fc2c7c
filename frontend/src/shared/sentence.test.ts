import { expect, test } from "vitest";
import { readable, sentenceOf } from "./sentence.ts";

test.each([
  [
    "churned users",
    "sign-up not within the last 7 days and ((last activity is set and last activity not within the last 30 days) or (last activity is not set and sign-up not within the last 30 days))",
    "sign-up not within the last 7 days and either (last activity is set and last activity not within the last 30 days) or (last activity is not set and sign-up not within the last 30 days)",
  ],
  ["what is simple stays", "plan is PRO and (level is 1 or level is 2)", undefined],
  ["sets beside each other", "level is 1 and level is 2; or plan is PRO", undefined],
  ["in the middle", "((a and b) or c) and d", "[(a and b) or c] and d"],
  ["all of several", "a or ((b or c) and (d or e))", "a or [(b or c) and (d or e)]"],
  ["what is excluded", "not ((a and b) or c)", "not [(a and b) or c]"],
  ["what is excluded inside", "a and (b or not (c and d))", "a and either b or not (c and d)"],
  ["deeper", "a and (b or (c and ((d and e) or f)))", "a and either b or [c and either (d and e) or f]"],
  ["brackets that somebody typed", "first name is “((a) or (b))” and plan is PRO", undefined],
  ["quotation marks that somebody typed", "first name is “a” ((b) or c)” and plan is PRO", undefined],
  ["a bracket that somebody typed between such marks", "first name is “a” ) “b”", undefined],
])("%s", (_, words, wanted) => {
  expect(readable(words)).toBe(wanted ?? words);
});

test("a sentence begins with a capital and ends with a period", () => {
  expect(sentenceOf("plan is PRO")).toBe("Plan is PRO.");
});
