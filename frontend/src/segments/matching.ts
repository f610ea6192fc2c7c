// Which segments a search and a filter leave.
import type { Segment } from "../api/client.ts";
import type { Showing } from "../app/routes.ts";

/** Name and description, without regard to case or accents. */
export function matching(segments: Segment[], search: string, showing: Showing): Segment[] {
  const wanted = folded(search.trim());
  return segments.filter(
    (segment) =>
      (showing === "all" || segment.isActive === (showing === "active")) &&
      (wanted === "" || folded(segment.name).includes(wanted) || folded(segment.description).includes(wanted)),
  );
}

function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
