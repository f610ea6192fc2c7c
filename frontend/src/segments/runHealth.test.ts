import { expect, test } from "vitest";
import type { Run } from "../api/client.ts";
import { runHealth, runStateText } from "./runHealth.ts";

const NOW = Date.parse("2026-03-31T12:00:00Z");
const RECENT = "2026-03-31T06:00:00Z";
const run = (given: Partial<Run>) =>
  ({ state: "succeeded", overdue: false, issueCount: 0, totalUsers: 200, totalUsersProcessed: 50, ...given }) as Run;

test.each([
  ["no run", null, undefined, "outOfDate", "None yet"],
  ["one that goes on", run({ state: "running" }), RECENT, "pending", "25%"],
  ["one that has just begun", run({ state: "running", totalUsers: 0 }), RECENT, "pending", "Starting"],
  ["one that is no longer heard of", run({ state: "running", overdue: true }), RECENT, "failed", "Stopped responding"],
  ["one that failed", run({ state: "failed" }), RECENT, "failed", "Failed"],
  ["one with problems", run({ issueCount: 1 }), RECENT, "outOfDate", "1 problem"],
  ["one of two days ago", run({}), "2026-03-29T12:00:00Z", "outOfDate", "Out of date"],
  ["one of today", run({}), RECENT, "active", "Up to date"],
] as const)("%s", (_, latest, lastSuccessAt, state, text) => {
  expect(runHealth(latest, lastSuccessAt, NOW)).toEqual({ state, text });
});

test("a run that was broken off is interrupted", () => {
  expect(runStateText(run({ state: "abandoned" }))).toBe("Interrupted");
  expect(runStateText(run({ issueCount: 1_200 }))).toBe("Finished with 1,200 problems");
});
