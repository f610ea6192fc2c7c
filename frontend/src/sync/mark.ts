// The state of a segment's sync, in a few words. The list of segments shows it too, so it is not in the chunk of sync.
import type { GetSyncStatusResult, HeldMembers, SegmentSync } from "../api/client.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import { isActive } from "../shared/isActive.ts";

export interface SyncMark {
  state: "synced" | "syncing" | "paused" | "removing" | "attention";
  text: string;
}

/** What holds for all segments. */
export interface Syncing {
  /** Whether a sync is active. */
  isActive: boolean;
  /** Whether all syncs are paused. */
  isPaused: boolean;
}

export function syncMark(sync: SegmentSync, { isActive, isPaused }: Syncing): SyncMark {
  const { state, heldBack, failure, pending } = sync;
  const figures = figuresText(sync);
  if (state === "gone") return { state: "attention", text: "Deleted at Resend: create a new one or turn off" };
  if (state === "removing") return { state: "removing", text: "Being removed at Resend" };
  // Until syncs are resumed, nothing that failed or was held back can be tried again.
  if (isPaused) return { state: "paused", text: `All syncs paused. ${figures}` };
  if (heldBack !== null) return { state: "attention", text: heldBackText(heldBack) };
  if (failure !== null) return { state: "attention", text: `Sync failed. ${figures}` };
  if (state === "paused") return { state: "paused", text: `Sync paused. ${figures}` };
  if (isActive && pending.joins + pending.leaves > 0) return { state: "syncing", text: `Syncing. ${figures}` };
  return { state: "synced", text: figures };
}

/** The marks of all cards, by the id of the segment. */
export function syncMarks(status: GetSyncStatusResult | undefined): Map<string, SyncMark> {
  if (status?.configured !== true) return new Map();
  const syncing = { isActive: isActive(status.activeRun), isPaused: status.paused };
  return new Map(
    status.segments.map(({ segmentType, segmentValue, sync }) => [
      `${segmentType}:${segmentValue}`,
      syncMark(sync, syncing),
    ]),
  );
}

/** Such as `1,204 of 1,250 at Resend, 46 held`. */
function figuresText({ delivered, members, held, pending }: SegmentSync): string {
  const parts = [`${formatNumber(delivered)} of ${formatNumber(members)} at Resend`];
  if (pending.joins > 0) parts.push(`${formatNumber(pending.joins)} pending`);
  if (pending.leaves > 0) parts.push(`${formatNumber(pending.leaves)} to be removed`);
  if (heldCount(held) > 0) parts.push(`${formatNumber(heldCount(held))} held`);
  return parts.join(", ");
}

export function heldBackText({ leaving, delivered }: { leaving: number; delivered: number }): string {
  return `Held back: ${formatNumber(leaving)} of ${pluralize(delivered, "contact")} would be removed.`;
}

export function heldCount({ suppressed, noAddress, refused }: HeldMembers): number {
  return suppressed + noAddress + refused;
}
