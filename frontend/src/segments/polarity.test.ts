import { expect, test } from "vitest";
import { toneOf } from "./polarity.ts";

test.each([
  ["lifecycle", "churned", 3, "bad"],
  ["lifecycle", "churned", -3, "good"],
  ["plan", "pro", 3, "good"],
  ["plan", "pro", -3, "bad"],
  ["plan", "pro", 0, undefined],
  ["custom", "1", 3, undefined],
] as const)("%s:%s that changes by %i is %s", (segmentType, segmentValue, change, tone) => {
  expect(toneOf({ segmentType, segmentValue }, change)).toBe(tone);
});
