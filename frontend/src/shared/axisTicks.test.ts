import { expect, test } from "vitest";
import { axisTicks } from "./axisTicks.ts";

test.each([
  [
    [600, 713],
    [600, 650, 700, 750],
  ],
  [
    [0, 0],
    [0, 1],
  ],
  [
    [5, 5],
    [4, 5, 6],
  ],
  [
    [18_340, 18_340],
    [18_339, 18_340, 18_341],
  ],
  [
    [1, 3],
    [1, 2, 3],
  ],
  [
    [0, 1_000_000],
    [0, 500_000, 1_000_000],
  ],
])("%j has the ticks %j", (sizes, ticks) => {
  expect(axisTicks(sizes)).toEqual(ticks);
});
