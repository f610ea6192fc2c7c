import { expect, test } from "vitest";
import type { GetSyncStatusResult, SegmentSync } from "../api/client.ts";
import { type SyncMark, syncMark, syncMarks } from "./mark.ts";

const SYNCED: SegmentSync = {
  state: "on",
  remoteSegmentId: "r1",
  remoteName: "Pro Users [0a1b2c3d:plan:pro]",
  madeHere: true,
  extras: "keep",
  members: 1_250,
  delivered: 1_204,
  held: { suppressed: 40, noAddress: 6, refused: 0 },
  sharedAddresses: 0,
  pending: { joins: 0, leaves: 0 },
  drift: { missing: 0, extra: 0, asOf: null },
  heldBack: null,
  syncedAt: null,
  fullAt: null,
  failure: null,
};
const FIGURES = "1,204 of 1,250 at Resend, 46 held";
const PENDING = { delivered: 1_200, pending: { joins: 4, leaves: 1 } };

test.each<[Partial<SegmentSync>, boolean, SyncMark["state"], string]>([
  [{}, false, "synced", FIGURES],
  [{}, true, "synced", FIGURES],
  [PENDING, false, "synced", "1,200 of 1,250 at Resend, 4 pending, 1 to be removed, 46 held"],
  [PENDING, true, "syncing", "Syncing. 1,200 of 1,250 at Resend, 4 pending, 1 to be removed, 46 held"],
  [{ state: "paused" }, false, "paused", `Sync paused. ${FIGURES}`],
  [{ state: "removing" }, false, "removing", "Being removed at Resend"],
  [{ state: "gone", failure: "gone" }, false, "attention", "Deleted at Resend: create a new one or turn off"],
  [{ failure: "refused" }, true, "attention", `Sync failed. ${FIGURES}`],
  [
    { heldBack: { leaving: 600, delivered: 1_204 } },
    false,
    "attention",
    "Held back: 600 of 1,204 contacts would be removed.",
  ],
])("sync with %j is marked, a sync being active: %s", (difference, isActive, state, text) => {
  expect(syncMark({ ...SYNCED, ...difference }, { isActive, isPaused: false })).toEqual({ state, text });
});

test.each<[Partial<SegmentSync>, SyncMark["state"], string]>([
  [{}, "paused", `All syncs paused. ${FIGURES}`],
  [{ state: "paused" }, "paused", `All syncs paused. ${FIGURES}`],
  [{ failure: "refused" }, "paused", `All syncs paused. ${FIGURES}`],
  [{ heldBack: { leaving: 600, delivered: 1_204 } }, "paused", `All syncs paused. ${FIGURES}`],
  // They are removed all the same.
  [{ state: "removing" }, "removing", "Being removed at Resend"],
  [{ state: "gone" }, "attention", "Deleted at Resend: create a new one or turn off"],
])("sync with %j is marked while all syncs are paused", (difference, state, text) => {
  expect(syncMark({ ...SYNCED, ...difference }, { isActive: true, isPaused: true })).toEqual({ state, text });
});

test("cards have no mark while sync is not set up", () => {
  const segments = [{ segmentType: "plan", segmentValue: "pro", sync: SYNCED }] as const;
  const status = { configured: true, paused: false, activeRun: null, segments } as unknown as GetSyncStatusResult;
  expect([...syncMarks(status)]).toEqual([["plan:pro", { state: "synced", text: FIGURES }]]);
  expect(syncMarks({ ...status, paused: true }).get("plan:pro")?.state).toBe("paused");
  expect(syncMarks({ ...status, configured: false }).size).toBe(0);
  expect(syncMarks(undefined).size).toBe(0);
});
