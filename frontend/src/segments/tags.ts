// Which tags segments have, and which they shall have.
import type { ListedSegment } from "../api/client.ts";
import type { Tagged } from "./labels.ts";

/** Whether all, some or none of the segments have a tag. */
export type Share = "all" | "some" | "none";

export function shareOf(tag: string, segments: ListedSegment[]): Share {
  const having = segments.filter(({ tags }) => tags.includes(tag)).length;
  return having === 0 ? "none" : having === segments.length ? "all" : "some";
}

/** The segments whose tags change, with what they become. Tags that stay at `some` stay as they are. */
export function withTags(segments: ListedSegment[], shares: ReadonlyMap<string, Share>): Tagged[] {
  return segments.flatMap((segment) => {
    const kept = segment.tags.filter((tag) => shares.get(tag) !== "none");
    const added = [...shares].filter(([tag, share]) => share === "all" && !kept.includes(tag)).map(([tag]) => tag);
    const tags = [...kept, ...added];
    return added.length === 0 && kept.length === segment.tags.length ? [] : [{ segment, tags }];
  });
}
