import type { Segment } from "../api/client.ts";
import { groupStyle } from "./groupStyle.ts";

/** Segments to choose from, in their groups: two segments may have equal names. */
export function segmentOptions(segments: Segment[]) {
  return segments.map(({ id, name, segmentType }) => ({
    value: id,
    label: name,
    group: groupStyle(segmentType).label,
  }));
}
