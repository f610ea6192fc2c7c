import fc from "fast-check";
import { expect, test } from "vitest";
import { detailText } from "./details.ts";
import { auditParams } from "./queries.ts";
import { actionText, KNOWN_ACTIONS, targetsOf } from "./words.ts";

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

test.each([
  ["setSegmentActive", { isActive: false, entered: 0, left: 0 }, "Archived a segment", ""],
  ["setSegmentActive", { isActive: true, entered: 3, left: 0 }, "Activated a segment", "3 joined, 0 left"],
  ["setSegmentActive", undefined, "Archived or activated a segment", ""],
  ["setSegmentSync", { state: "off" }, "Turned off sync", ""],
  ["setSegmentStar", { starred: false }, "Removed a star", ""],
  ["setSyncPaused", { isPaused: true }, "Paused all syncs", ""],
  ["setSegmentTags", { tags: ["spring", "mail"] }, "Tagged a segment", "Tags: spring, mail"],
  ["setEventName", { isActivity: false }, "Set what counts as activity", "Does not count"],
  ["runAutoSegmentation", { mode: "incremental", allowShrink: false }, "Started a run", "Only changes"],
  [
    "runAutoSegmentation",
    { mode: "full", allowShrink: ["plan:pro"] },
    "Started a run",
    "Everything, many removals allowed in Pro Users",
  ],
  ["runSync", { mode: "delta", allowShrink: false }, "Started a sync", "Only changes"],
  ["updateCustomSegment", { version: 4, entered: 0, left: 0 }, "Edited a segment", "No one joined or left · version 4"],
  [
    "updateCustomSegment",
    { version: 4, entered: 1, left: 2_000, dependants: { "plan:pro": { entered: 0, left: 1 } } },
    "Edited a segment",
    "1 joined, 2,000 left · version 4 · then in Pro Users: 0 joined, 1 left",
  ],
  [
    "rollBackCustomSegment",
    { version: 5, toVersion: 2, entered: 1, left: 0 },
    "Restored a version",
    "Version 2, as version 5 · 1 joined, 0 left",
  ],
  ["duplicateSegment", { of: "plan:pro", members: 1 }, "Duplicated a segment", "Copy of Pro Users · 1 member"],
  ["removeUserFromSegment", { reason: "asked for it" }, "Removed from a segment", "Reason: asked for it"],
  ["restoreUserToSegment", { isMember: false }, "Restored to a segment", "Is not a member"],
  [
    "autoSegmentUser",
    { segmentsAdded: ["plan:pro"], segmentsRemoved: ["plan:free"] },
    "Evaluated a user",
    "Joined Pro Users, left plan:free",
  ],
  ["autoSegmentUser", { segmentsAdded: [], segmentsRemoved: [] }, "Evaluated a user", "No change"],
  ["clearSuppression", { cleared: "manual", reason: null }, "Lifted a suppression", "Was: blocked at Resend"],
  [
    "exportSegmentMovements",
    { from: "2026-03-01", rowCount: 52, to: "2026-03-31" },
    "Exported who joined or left",
    "From Mar 1, 2026 to Mar 31, 2026 · 52 rows",
  ],
  [
    "import",
    {
      attempts: { faults: 0, rows: 62, unchanged: 0, written: 62 },
      events: { faults: 2, rows: 1, unchanged: 1, written: 0 },
      users: { created: 7, faults: 0, rows: 75, updated: 68 },
    },
    "Imported data",
    "62 quiz attempts: 62 new · 1 event: 2 faulty, 1 unchanged · 75 users: 7 new, 68 updated",
  ],
  ["exportSegmentUsers", { rowCount: 1_200, state: "done" }, "Exported members", "1,200 rows · finished"],
  [
    "saveAlert",
    { segment: "plan:pro", kind: "leftAbove", threshold: 10, cooldownHours: 24, direction: null },
    "Saved an alert",
    "More than 10 left in 24 hours · Pro Users · again after 24 hours",
  ],
  ["saveAttribute", { type: "select", options: 2, personal: false }, "Saved an attribute", "Select, 2 options"],
  [
    "upsertUsers",
    { created: 0, updated: 3, refused: 0, evaluated: true },
    "Sent users",
    "3 updated · evaluated at once",
  ],
])("%s with %o is said in words", (action, detail, what, details) => {
  const nameOf = (id: string) => (id === "plan:pro" ? "Pro Users" : id);
  expect(actionText(action, detail)).toBe(what);
  expect(detailText(action, detail, nameOf)).toBe(details);
});

test("each action can be chosen once", () => {
  const texts = KNOWN_ACTIONS.map((action) => actionText(action));
  expect(texts).toEqual([...new Set(texts)]);
});

test("data that is not known is named as it is; where a command ran is left out", () => {
  expect(detailText("rotateKey", { allowAll: false, host: "vm", account: "root", expiresAt: null })).toBe(
    "Allow all: no",
  );
  expect(detailText("rotateKey", null)).toBe("");
  const users = { created: 7, faults: 0, rows: 75 };
  expect(detailText("rotateKey", { users: null, given: users, changes: ["+ a", "- b"] })).toBe(
    "Given: created 7, rows 75 · changes: + a, - b",
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
