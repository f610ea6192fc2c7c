// Which segments a search and a filter leave.
import type { Segment } from "../api/client.ts";
import type { Showing } from "../app/routes.ts";

/** Name and description, without regard to case or accents. */
export function filterSegments(segments: Segment[], search: string, showing: Showing): Segment[] {
  const wanted = normalize(search.trim());
  return segments.filter(
    (segment) =>
      (showing === "all" || segment.isActive === (showing === "active")) &&
      (wanted === "" || normalize(segment.name).includes(wanted) || normalize(segment.description).includes(wanted)),
  );
}

function normalize(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
