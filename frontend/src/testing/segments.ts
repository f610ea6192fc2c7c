import type { Segment } from "../api/client.ts";

const NAMES: [string, string][] = [
  ["plan:free", "Free Users"],
  ["plan:pro", "Pro Users"],
  ["lifecycle:active", "Active Users"],
  ["lifecycle:inactive", "Inactive Users"],
];

/** A few segments, as `getSegments` lists them. */
export const SEGMENTS = NAMES.map(([id, name]) => {
  const [segmentType, segmentValue] = id.split(":");
  return { id, name, segmentType, segmentValue } as Segment;
});
