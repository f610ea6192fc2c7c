import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ListedSegment } from "../../api/client.ts";
import { syncMarks } from "../../sync/mark.ts";
import { syncStatusQuery } from "../../sync/statusQuery.ts";
import { sizesQuery } from "../queries.ts";
import { type Listed, listed } from "./listed.ts";

/** Segments with their sizes and where their sync stands. */
export function useListed(segments: ListedSegment[]): Listed[] {
  const sizes = useQuery(sizesQuery).data;
  const sync = useQuery(syncStatusQuery).data;
  return useMemo(() => {
    const sizesOf = new Map(sizes?.segments.map((known) => [known.id, known]));
    const marks = syncMarks(sync);
    return segments.map((segment) => listed(segment, sizesOf.get(segment.id), marks.get(segment.id)));
  }, [segments, sizes, sync]);
}
