import fc from "fast-check";
import { expect, test } from "vitest";
import type { LoggedAction } from "../api/client.ts";
import { filterEntries, isComplete } from "./filterEntries.ts";
import { actionText, detailText, targetsOf } from "./words.ts";

const entry = (given: Partial<LoggedAction>): LoggedAction => ({
  id: 1,
  at: "2026-03-10T12:00:00Z",
  actor: "token:anna",
  action: "removeUserFromSegment",
  target: "segment plan:pro, user 42",
  detail: null,
  requestId: null,
  ...given,
});

test.each([
  ["segment plan:pro", [{ kind: "segment", id: "plan:pro" }]],
  ["synced segment plan:pro", [{ kind: "segment", id: "plan:pro" }]],
  [
    "segment custom:1, user a, b c",
    [
      { kind: "segment", id: "custom:1" },
      { kind: "user", id: "a, b c" },
    ],
  ],
  ["user 42", [{ kind: "user", id: "42" }]],
  ["run 7", [{ kind: "run", id: 7 }]],
  ["token a1", [{ kind: "other", text: "token a1" }]],
  [null, []],
])("%s is about", (target, parts) => {
  expect(targetsOf(target)).toEqual(parts);
});

test("every text about a user is found again by its id", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (id) => {
      expect(targetsOf(`segment plan:pro, user ${id}`)).toContainEqual({ kind: "user", id });
    }),
  );
});

test.each([
  ["removeUserFromSegment", "Removed from a segment"],
  ["rotateKey", "Rotate key"],
])("%s is %s", (action, text) => {
  expect(actionText(action)).toBe(text);
});

test("details are named; where a command ran is left out", () => {
  expect(detailText({ reason: "asked for it", allowShrink: false, host: "vm", account: "root", expiresAt: null })).toBe(
    "reason: asked for it · allow shrink: no",
  );
  expect(detailText(null)).toBe("");
  const users = { created: 7, faults: 0, rows: 75 };
  expect(detailText({ users, events: { rows: 0 }, changes: ["+ a", "- b"] })).toBe(
    "users: created 7, rows 75 · events: nothing · changes: + a, - b",
  );
});

test("entries are found by who, what, when and what they are about", () => {
  const entries = [
    entry({ id: 3, at: "2026-03-12T12:00:00Z" }),
    entry({ id: 2, actor: "cron", action: "runAutoSegmentation", target: "run 3" }),
    entry({ id: 1, at: "2026-03-08T12:00:00Z", target: "segment plan:free, user 7" }),
  ];
  const idsOf = (filter: object) => filterEntries(entries, filter).map(({ id }) => id);
  expect(idsOf({})).toEqual([3, 2, 1]);
  expect(idsOf({ who: "cron" })).toEqual([2]);
  expect(idsOf({ what: "removeUserFromSegment", segment: "plan:free" })).toEqual([1]);
  expect(idsOf({ user: "42" })).toEqual([3]);
  expect(idsOf({ from: "2026-03-09", to: "2026-03-10" })).toEqual([2]);
  expect(idsOf({ from: "2026-03-12" }), "both days count").toEqual([3]);
  expect(idsOf({ from: "yesterday" }), "what is no day is left aside").toEqual([3, 2, 1]);
  expect(isComplete(entries, { from: "2026-03-10" })).toBe(true);
  expect(isComplete(entries, { from: "2026-03-01" })).toBe(false);
});
