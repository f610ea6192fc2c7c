import { expect, test } from "vitest";
import type { RunIssue, SegmentHealth } from "../api/client.ts";
import { healthText, isOutOfDate, issuesSummary, issueText } from "./health.ts";

const fault = { path: "criteria[0].field", expected: "a field", found: "nothing" };

test.each<[SegmentHealth, string | null]>([
  [{ kind: "ok" }, null],
  [
    { kind: "heldBack", leaving: 1_000, members: 1_500 },
    "Held back: the last run would have removed 1,000 of 1,500 members.",
  ],
  [
    { kind: "heldBack", leaving: 9_189, members: 9_189 },
    "Held back: the last run would have removed all 9,189 members.",
  ],
  [{ kind: "ruleFailed", reason: { kind: "noDefinition" } }, "Not evaluated: the segment has no definition."],
  [
    { kind: "ruleFailed", reason: { kind: "invalidDefinition", faults: [fault] } },
    "Not evaluated: the definition is invalid. Edit the segment to correct it.",
  ],
  [
    { kind: "ruleFailed", reason: { kind: "cycle" } },
    "Not evaluated: the definition refers to itself through other segments.",
  ],
])("the health %j is shown as %s", (health, text) => {
  expect(healthText(health)).toBe(text);
});

test.each<[RunIssue, string]>([
  [
    { kind: "heldBack", segment: "plan:pro", leaving: 2, members: 3 },
    "“Pro Users”: Held back: this run would have removed 2 of 3 members.",
  ],
  [
    { kind: "ruleFailed", segment: "custom:gone", reason: { kind: "noDefinition" } },
    "custom:gone was not evaluated: the segment has no definition.",
  ],
  [{ kind: "unreadableUser", user: "u1", column: "quiz count" }, "User u1: the stored quiz count cannot be read."],
  [
    { kind: "unwritableUser", user: "u1", reason: "code 19 of the database" },
    "User u1: the database refused the changes (code 19 of the database).",
  ],
])("the issue %j is shown as %s", (issue, text) => {
  expect(issueText(issue, [{ id: "plan:pro", name: "Pro Users" }])).toBe(text);
});

const SEGMENT: RunIssue = { kind: "heldBack", segment: "plan:pro", leaving: 2, members: 3 };
const USER: RunIssue = { kind: "unreadableUser", user: "u1", column: "quiz count" };

test.each<[RunIssue[], number, string]>([
  [[SEGMENT], 1, "1 segment needs attention"],
  [[SEGMENT, SEGMENT], 2, "2 segments need attention"],
  [[USER], 1, "1 user needs attention"],
  [[SEGMENT, USER, USER], 3, "1 segment and 2 users need attention"],
  [[SEGMENT, USER], 1_200, "1,200 segments and users need attention"],
])("the issues %j, %i in all, are summed up", (issues, count, text) => {
  expect(issuesSummary(issues, count)).toBe(text);
});

test.each([
  ["2026-03-01T12:00:00Z", false],
  ["2026-02-28T10:00:01Z", false],
  ["2026-02-28T09:59:59Z", true],
  ["2014-01-01T00:00:00Z", true],
  [undefined, false],
])("after a last run at %s, segments are out of date: %s", (lastRunAt, isOld) => {
  expect(isOutOfDate(lastRunAt, Date.parse("2026-03-01T12:00:00Z"))).toBe(isOld);
});
