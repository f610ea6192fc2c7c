// A segment with everything that the list says about it.
import type { ListedSegment, SizesOfSegment } from "../../api/client.ts";
import type { SyncMark } from "../../sync/mark.ts";
import { isNew } from "../isNew.ts";

export interface Listed {
  segment: ListedSegment;
  /** By day. Nothing while they are on their way. */
  sizes: number[] | undefined;
  /** Counted as on the segment's page. */
  change7: Change;
  change30: Change;
  /** Nothing for a segment that is not synced. */
  sync: SyncMark | undefined;
}

/** By how many members a segment grew. Null while that is not known. */
export type Change = number | "new" | null;

export function listed(
  segment: ListedSegment,
  known: SizesOfSegment | undefined,
  sync: SyncMark | undefined,
  now: number = Date.now(),
): Listed {
  const changeIn = (days: number, change: number | undefined): Change => {
    if (change === undefined) return null;
    return isNew(segment, days, segment.userCount - change, now) ? "new" : change;
  };
  const [change7, change30] = [changeIn(7, known?.change7), changeIn(30, known?.change30)];
  return { segment, sizes: known?.sizes, change7, change30, sync };
}

/** Whether somebody has to do something about it. */
export function needsAttention({ segment, sync }: Listed): boolean {
  return segment.health.kind !== "ok" || sync?.state === "attention";
}
