import { expect, test } from "vitest";
import { fromLocalInput, parseDuration, periodDays, subtractDuration, toLocalInput } from "./dateTime.ts";

// A Tuesday in UTC, and still Monday in Los Angeles.
const now = new Date("2026-03-31T05:00:00Z");

test.each([
  ["today", "UTC", ["2026-03-31", "2026-03-31"]],
  ["today", "America/Los_Angeles", ["2026-03-30", "2026-03-30"]],
  ["this_week", "UTC", ["2026-03-30", "2026-04-05"]],
  ["this_month", "UTC", ["2026-03-01", "2026-03-31"]],
  ["last_month", "UTC", ["2026-02-01", "2026-02-28"]],
  ["some_period_to_come", "UTC", undefined],
])("%s in %s", (period, zone, days) => {
  expect(periodDays(period, zone, now)).toEqual(days);
});

test("spans are read, and lie before now", () => {
  expect(parseDuration("12h")).toEqual({ count: "12", unit: "h" });
  expect(parseDuration("")).toEqual({ count: "", unit: "d" });
  expect(parseDuration("1.5 daysh"), "typed, and hours").toEqual({ count: "1.5 days", unit: "h" });
  expect(subtractDuration("7d", now)?.toISOString()).toBe("2026-03-24T05:00:00.000Z");
  expect(subtractDuration("soon", now)).toBeUndefined();
});

test("an instant goes to the reader's zone and back", () => {
  expect(fromLocalInput(toLocalInput("2026-03-31T05:00:00Z"))).toBe("2026-03-31T05:00:00Z");
  expect(toLocalInput("no instant")).toBe("");
});
