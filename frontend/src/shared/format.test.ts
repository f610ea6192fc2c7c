import { expect, test } from "vitest";
import { formatDuration, formatRate } from "./format.ts";

test.each([
  [4, "0.00 s"],
  [420, "0.42 s"],
  [996, "1.0 s"],
  [2_340, "2.3 s"],
  [9_960, "10 s"],
  [59_600, "1 min 0 s"],
  [119_700, "2 min 0 s"],
  [125_000, "2 min 5 s"],
])("%i ms are %s", (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

test.each([
  [4.61, "+4.6%"],
  [-12, "-12%"],
  [0, "0%"],
])("a rate of %d is %s", (rate, text) => {
  expect(formatRate(rate)).toBe(text);
});
