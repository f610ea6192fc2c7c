import { expect, test } from "vitest";
import { dayIn } from "./dayIn.ts";

test("a day is that of the zone", () => {
  expect(dayIn("2026-03-01T23:00:00Z", "Europe/Berlin")).toBe("2026-03-02");
});
