import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAmount, toMajor, toMinor } from "./money.ts";

test.each([
  ["29.00", 2, 2900],
  ["29", 2, 2900],
  ["29.", 2, 2900],
  ["-0.5", 2, -50],
  ["-0", 2, 0],
  ["0.1", 2, 10],
  ["2900", 0, 2900],
  ["2900.00", 0, 2900],
  ["1.234", 3, 1234],
  ["0.0001", 4, 1],
  ["29.5", 0, undefined],
  ["29.001", 2, undefined],
  ["1.2345", 3, undefined],
  ["", 2, undefined],
  ["-", 2, undefined],
  [".5", 2, undefined],
  ["1e3", 2, undefined],
  ["1,5", 2, undefined],
  ["90071992547409.92", 2, undefined],
])("%s with %i digits after the point", (text, exponent, minor) => {
  expect(toMinor(text, exponent)).toBe(minor);
});

test("what is written is read as the same amount", () => {
  const exponent = fc.constantFrom(0, 2, 3, 4);
  fc.assert(
    fc.property(fc.maxSafeInteger(), exponent, (minor, digits) => toMinor(toMajor(minor, digits), digits) === minor),
  );
  expect([toMajor(-5, 2), toMajor(2900, 0), toMajor(1, 4)]).toEqual(["-0.05", "2900", "0.0001"]);
});

test.each([
  [190_000, 2, "1,900.00"],
  [-13_700, 2, "-137.00"],
  [15_600, 0, "15,600"],
  [5, 3, "0.005"],
  [9_007_199_254_740_991, 2, "90,071,992,547,409.91"],
])("%i with %i digits after the point is read as %s", (minor, exponent, text) => {
  expect(formatAmount(minor, exponent)).toBe(text);
});
