import type { SegmentGroup } from "../api/client.ts";

const GOOD = new Set(["plan:pro", "plan:premium", "lifecycle:active", "behavior:power_users", "behavior:streak_7"]);
const BAD = new Set(["lifecycle:inactive", "lifecycle:churned"]);

type Tone = "good" | "bad" | undefined;

/** Whether it is good that a segment grows or shrinks. Nothing where nobody knows. */
export function toneOf(
  { segmentType, segmentValue }: { segmentType: SegmentGroup; segmentValue: string },
  change: number,
): Tone {
  const id = `${segmentType}:${segmentValue}`;
  if (change === 0 || !(GOOD.has(id) || BAD.has(id))) return undefined;
  return change > 0 === GOOD.has(id) ? "good" : "bad";
}
