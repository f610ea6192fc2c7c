import { expect, test } from "vitest";
import { isNew } from "./isNew.ts";

const now = Date.parse("2026-03-31T12:00:00Z");

test.each([
  ["2026-03-31T11:00:00Z", 0, true],
  ["2026-03-02T00:00:00Z", 0, true],
  ["2026-02-01T00:00:00Z", 0, false],
  // Its history is older than its record.
  ["2026-03-31T11:00:00Z", 40, false],
])("created at %s with %i members 30 days ago: %s", (createdAt, sizeAtStart, is) => {
  expect(isNew({ createdAt }, 30, sizeAtStart, now)).toBe(is);
});
