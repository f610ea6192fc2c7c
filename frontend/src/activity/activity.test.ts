import fc from "fast-check";
import { expect, test } from "vitest";
import { auditParams } from "./queries.ts";
import { actionText, detailText, targetsOf } from "./words.ts";

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

test("the server is asked by who, what, when and what it is about", () => {
  const nothing = { actor: null, action: null, from: null, to: null, segment: null, userId: null };
  expect(auditParams({})).toEqual(nothing);
  expect(auditParams({ who: "cron", what: "runSync", segment: "plan:free", user: "42" })).toEqual({
    ...nothing,
    actor: "cron",
    action: "runSync",
    segment: "plan:free",
    userId: "42",
  });
  expect(auditParams({ from: "2026-03-09", to: "2026-03-10" }), "both days count").toEqual({
    ...nothing,
    from: new Date(2026, 2, 9).toISOString(),
    to: new Date(2026, 2, 11).toISOString(),
  });
  expect(auditParams({ from: "yesterday" }), "what is no day is left aside").toEqual(nothing);
});
