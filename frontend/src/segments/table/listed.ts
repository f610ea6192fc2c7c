// A segment with everything that the list says about it.
import type { ListedSegment } from "../../api/client.ts";
import type { SyncMark } from "../../sync/mark.ts";
import { isNew } from "../isNew.ts";

export interface Listed {
  segment: ListedSegment;
  /** By day. Nothing while they are on their way. */
  sizes: number[] | undefined;
  change7: Change;
  change30: Change;
  /** Nothing for a segment that is not synced. */
  sync: SyncMark | undefined;
}

/** By how many members a segment grew. Null while that is not known. */
export type Change = number | "new" | null;

export function listed(
  segment: ListedSegment,
  sizes: number[] | undefined,
  sync: SyncMark | undefined,
  now: number = Date.now(),
): Listed {
  const changeIn = (days: number) => changeOf(segment, sizes, days, now);
  return { segment, sizes, change7: changeIn(7), change30: changeIn(30), sync };
}

function changeOf(segment: ListedSegment, sizes: number[] | undefined, days: number, now: number): Change {
  const first = sizes?.at(-days) ?? sizes?.[0];
  if (first === undefined) return null;
  return isNew(segment, days, first, now) ? "new" : segment.userCount - first;
}

/** Whether somebody has to do something about it. */
export function needsAttention({ segment, sync }: Listed): boolean {
  return segment.health.kind !== "ok" || sync?.state === "attention";
}
