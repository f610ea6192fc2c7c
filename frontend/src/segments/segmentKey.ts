// A segment by its id, such as `plan:pro`, and by its key, as the API takes it.

import { isSegmentGroup } from "../app/routes.ts";
import type { SegmentKey } from "../detail/queries.ts";

/** Nothing for a text that is no id. */
export function keyOf(id: string): SegmentKey | undefined {
  const colon = id.indexOf(":");
  const segmentType = id.slice(0, Math.max(colon, 0));
  return isSegmentGroup(segmentType) ? { segmentType, segmentValue: id.slice(colon + 1) } : undefined;
}

export const idOf = ({ segmentType, segmentValue }: SegmentKey) => `${segmentType}:${segmentValue}`;

/** The key alone of something that has more. */
export const keyIn = ({ segmentType, segmentValue }: SegmentKey): SegmentKey => ({ segmentType, segmentValue });
