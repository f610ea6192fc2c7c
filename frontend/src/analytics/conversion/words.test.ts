import { expect, test } from "vitest";
import type { ConversionAnswer, GoalText, Rate } from "../../api/client.ts";
import { reachedText } from "../pieces/goals.ts";
import { spanText } from "../pieces/spans.ts";
import { draftOf, paramsOf, searchOf } from "./question.ts";
import { secondsText, sentenceOf } from "./words.ts";

const NAMED = [{ id: "plan:pro", name: "Pro Users" }];
const NOBODY: Rate = { part: 0, of: 0, percent: null, low: null, high: null };

function said(changed: Partial<ConversionAnswer>): string {
  const answer = {
    segment: "plan:pro",
    goal: { event: "lesson" },
    within: "14d",
    conversion: { part: 52, of: 900, percent: 5.78, low: 4.43, high: 7.5 },
    pending: 0,
    pendingConverted: 0,
    ...changed,
  } as ConversionAnswer;
  const { numbers, share, rest } = sentenceOf(answer, NAMED);
  return `${numbers}${share === undefined ? "" : ` ${share}`}${rest}`;
}

test("the sentence says who, what, within what, and who still has time", () => {
  expect(said({})).toBe("52 of 900 who joined “Pro Users” did “lesson” within 14 days (5.8%; 4.4–7.5%).");
  expect(said({ pending: 3, pendingConverted: 1 })).toMatch(
    /; 3 are still within the 14 days, and 1 of them did “lesson” already\.$/,
  );
  expect(said({ conversion: NOBODY })).toBe("No one joined “Pro Users” in this range.");
  expect(said({ conversion: NOBODY, pending: 2 })).toBe(
    "No one’s 14 days are over yet; 2 are still within the 14 days.",
  );
});

test.each<[string, GoalText]>([
  ["bought", { purchase: {} }],
  ["completed a quiz", { quiz: {} }],
  ["completed a quiz of aws", { quiz: { provider: "aws" } }],
  ["joined “Pro Users”", { enter: "plan:pro" }],
  ["became churned", { enter: "lifecycle:churned" }],
  ["joined custom:gone", { enter: "custom:gone" }],
])("who reached the goal %s", (words, goal) => {
  expect(reachedText(goal, NAMED)).toBe(words);
});

test("spans and times are words", () => {
  expect(["1d", "14d", "12h", "soon"].map(spanText)).toEqual(["1 day", "14 days", "12 hours", "soon"]);
  expect([30, 3_600, 129_600].map(secondsText)).toEqual(["1 minute", "1 hour", "1.5 days"]);
});

test("what is not in the address is as usual, and what does not matter stays out of it", () => {
  const draft = draftOf({ segment: "plan:pro" }, new Date(2026, 2, 31, 12));
  expect(paramsOf(draft)).toEqual({
    segment: "plan:pro",
    goal: { purchase: {} },
    within: "14d",
    from: "2026-03-01",
    to: "2026-03-31",
    by: "week",
  });
  expect(searchOf({ ...draft, event: "lesson" })).not.toHaveProperty("event");
  expect(paramsOf({ ...draft, by: "year" })?.by).toBe("week");
  expect(paramsOf({ ...draft, goal: "enter" })).toBeUndefined();
});
