import type { SegmentGroup } from "../api/client.ts";
import { isSegmentGroup } from "../app/routes.ts";

/** What a segment's id, such as `plan:pro`, says. Nothing for a text that is no id. */
export function keyOf(id: string): { segmentType: SegmentGroup; segmentValue: string } | undefined {
  const colon = id.indexOf(":");
  const segmentType = id.slice(0, Math.max(colon, 0));
  return isSegmentGroup(segmentType) ? { segmentType, segmentValue: id.slice(colon + 1) } : undefined;
}
