// Stars and tags of segments.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ListedSegment, Segment } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { segmentsQuery } from "./queries.ts";
import { keyIn } from "./segmentKey.ts";
import { useInvalidateSegments } from "./useInvalidateSegments.ts";

/** Stars a segment or removes the star. The list shows it at once. */
export function useSetStar(segment: Segment) {
  const api = useApi();
  const client = useQueryClient();
  const show = (starred: boolean) =>
    client.setQueryData(
      segmentsQuery.queryKey,
      (before) =>
        before && {
          ...before,
          segments: before.segments.map((listed) => (listed.id === segment.id ? { ...listed, starred } : listed)),
        },
    );
  return useMutation({
    mutationFn: (starred: boolean) => api.call("adminAudience.setSegmentStar", { ...keyIn(segment), starred }),
    onMutate: show,
    onError(error, starred) {
      show(!starred);
      toastError(error, `${segment.name} was not ${starred ? "starred" : "changed"}`);
    },
  });
}

export interface Tagged {
  segment: ListedSegment;
  tags: string[];
}

/** Gives each segment these tags, one after the other. The first refusal ends it. */
export function useSetTags() {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  async function setAll(all: Tagged[]) {
    for (const { segment, tags } of all) {
      await api.call("adminAudience.setSegmentTags", { ...keyIn(segment), tags });
    }
  }
  async function undo(all: Tagged[]) {
    try {
      await setAll(all.map(({ segment }) => ({ segment, tags: segment.tags })));
      toast({ tone: "done", title: `Tags of ${pluralize(all.length, "segment")} are as before` });
    } catch (error) {
      toastError(error, "Not all tags are as before");
    }
    await invalidate();
  }
  return useMutation({
    mutationFn: setAll,
    onSuccess(_, all) {
      const title = `${pluralize(all.length, "segment")} tagged`;
      toast({ tone: "done", title, action: { label: "Undo", run: () => void undo(all) } });
    },
    onSettled: invalidate,
  });
}
