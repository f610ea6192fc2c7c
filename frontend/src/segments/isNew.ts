import type { Segment } from "../api/client.ts";

const DAY = 86_400_000;

/** Whether a segment has no full period behind it: then it had no members at the start, and all of its size is growth. */
export function isNew(
  { createdAt }: Pick<Segment, "createdAt">,
  days: number,
  sizeAtStart: number,
  now: number = Date.now(),
): boolean {
  return sizeAtStart === 0 && now - Date.parse(createdAt) < days * DAY;
}
