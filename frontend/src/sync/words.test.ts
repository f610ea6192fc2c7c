import { expect, test } from "vitest";
import type { PreviewOfSync, SyncCounts, SyncIssue, SyncRun } from "../api/client.ts";
import {
  changesText,
  confirmationText,
  failureText,
  heldText,
  issueText,
  minutesText,
  newContactsText,
  progressText,
  speedText,
  suppressedText,
  syncTitle,
} from "./words.ts";

const NOTHING: SyncCounts = {
  created: 0,
  deferred: 0,
  done: 0,
  dropped: 0,
  erased: 0,
  eventsRead: 0,
  joined: 0,
  left: 0,
  planned: 0,
  renamed: 0,
  requests: 0,
  throttled: 0,
};

test("held members and suppressed addresses are listed by reason", () => {
  expect(heldText({ suppressed: 40, noAddress: 6, refused: 0 })).toBe("40 suppressed, 6 without a usable address");
  expect(heldText({ suppressed: 0, noAddress: 0, refused: 1 })).toBe("1 refused by Resend");
  expect(heldText({ suppressed: 0, noAddress: 0, refused: 0 })).toBe("none");
  const suppressed = [
    { reason: "unsubscribed", count: 1_043 },
    { reason: "complained", count: 2 },
  ] as const;
  expect(suppressedText([...suppressed])).toBe("1,043 unsubscribed, 2 reported as spam");
});

test.each<[Partial<SyncCounts>, string]>([
  [{}, "no changes"],
  [{ joined: 1_204, left: 3, created: 1 }, "1,204 added, 3 removed, 1 contact created"],
  [
    { renamed: 1, erased: 2, eventsRead: 1, deferred: 4 },
    "1 renamed, 2 erased, 1 missed event read, 4 left for the next sync",
  ],
])("a sync that counted %j did: %s", (counts, text) => {
  expect(changesText({ ...NOTHING, ...counts })).toBe(text);
});

test.each<[Partial<SyncCounts>, string]>([
  [{}, "Starting…"],
  [{ requests: 2 }, "Reading from Resend, 2 requests"],
  [{ requests: 40, planned: 1_204, done: 17, dropped: 1 }, "18 of 1,204 changes processed, 40 requests"],
])("the progress of %j is: %s", (counts, text) => {
  expect(progressText({ ...NOTHING, ...counts })).toBe(text);
});

test.each<[Partial<SyncRun>, string]>([
  [{ state: "succeeded" }, "Sync succeeded"],
  [{ state: "succeeded", mode: "full" }, "Full check succeeded"],
  [{ state: "failed" }, "Sync failed"],
  [{ state: "abandoned" }, "Sync was interrupted"],
  [{ state: "running" }, "Sync is running"],
  [{ state: "running", overdue: true }, "Sync stopped responding"],
])("a sync with %j is called %s", (run, title) => {
  expect(syncTitle({ mode: "delta", overdue: false, ...run } as SyncRun)).toBe(title);
});

test.each<[SyncIssue, string]>([
  [
    { kind: "refused", user: "u1", reason: "validation_error" },
    "User u1: Resend refused the address (validation_error).",
  ],
  [
    { kind: "segmentGone", segment: "plan:pro" },
    "“Pro Users” was deleted at Resend. Create a new one, or turn sync off.",
  ],
  [
    { kind: "heldBack", segment: "plan:pro", leaving: 600, delivered: 1_000 },
    "“Pro Users”: Held back: 600 of 1,000 contacts would be removed.",
  ],
  [
    { kind: "sameName", segment: "plan:pro", others: 1 },
    "“Pro Users”: 1 other segment has the same name at Resend. Delete the unused ones there.",
  ],
  [
    { kind: "anotherInstallation", installation: "0a1b2c3d" },
    "Another installation (0a1b2c3d) syncs to this account. Use one account for each.",
  ],
  [
    { kind: "notRenamed", segment: "custom:old" },
    "custom:old: The segment cannot be renamed at Resend. It keeps its old name there.",
  ],
  [
    { kind: "segmentFailed", segment: "plan:pro", reason: "refused (POST /segments: 422 validation_error)" },
    "“Pro Users”: Refused (POST /segments: 422 validation_error). The next sync tries again. If it fails too, check the account at Resend.",
  ],
  [{ kind: "erasureWaits", pending: 1 }, "1 erased person has waited for more than a day to be deleted at Resend."],
  [{ kind: "webhookOff" }, "Resend turned the webhook off. Check the endpoint at Resend, then turn it on again."],
])("the issue %j is shown as %s", (issue, text) => {
  expect(issueText(issue, [{ id: "plan:pro", name: "Pro Users" }])).toBe(text);
});

test.each([
  ["not accepted (GET /segments: 401 invalid_api_key)", /Check RESEND_API_KEY on the server, then sync again\.$/],
  ["the quota is used up (POST /contacts: 429 daily_quota_exceeded)", /choose a larger plan at Resend\.$/],
  ["the mail service is not available (GET /segments: 503)", /503\)\. The next sync tries again\.$/],
  [
    "the mail service is not available (GET /segments: no answer)",
    /^The mail service is not available .*check the account/,
  ],
])("the failure %s comes with what to do", (failure, text) => {
  expect(failureText(failure)).toMatch(text);
});

const PREVIEW: PreviewOfSync = {
  members: 1_250,
  withoutAddress: 6,
  suppressed: 40,
  sharedAddresses: 0,
  contactsKnown: 802,
  contactsUnknown: 402,
  contactLimit: 5_000,
  contactsUsed: 4_900,
  requests: { least: 1_206, most: 1_608 },
  minutes: { least: 1, most: 3 },
  needsConfirmation: false,
};

test("a preview says how many contacts may be made, and when that must be confirmed", () => {
  expect(newContactsText(PREVIEW)).toBe(
    "Up to 402, and 802 are already at Resend. Your plan allows 5,000, and 4,900 are used.",
  );
  expect(newContactsText({ ...PREVIEW, contactsUnknown: 0, contactsKnown: 0, contactLimit: null })).toBe(
    "None. Resend didn't say how many your plan allows.",
  );
  expect(confirmationText(PREVIEW)).toBeNull();
  expect(confirmationText({ ...PREVIEW, needsConfirmation: true })).toMatch(/^This may exceed your plan's limit\./);
  expect(confirmationText({ ...PREVIEW, needsConfirmation: true, contactsUnknown: 1_204, contactLimit: null })).toMatch(
    /^This may create 1,204 contacts at Resend/,
  );
});

test.each([
  [{ least: 0, most: 1 }, "About a minute"],
  [{ least: 2, most: 2 }, "About 2 minutes"],
  [{ least: 1, most: 3 }, "1 to 3 minutes"],
])("the time %j is %s", (minutes, text) => {
  expect(minutesText(minutes)).toBe(text);
});

test.each([
  [{ ours: 500, limit: 100_000 }, "Up to 500 requests a second. Resend allows 100,000 a second"],
  [{ ours: 500, limit: null }, "Up to 500 requests a second"],
  [{ ours: null, limit: 10 }, "Half of 10 requests a second"],
  [{ ours: null, limit: null }, "Half of the rate that Resend allows"],
])("a sync goes as fast as %o says", (rate, text) => {
  expect(speedText(rate)).toBe(text);
});
