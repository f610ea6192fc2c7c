// Archives or activates several segments.
import { useMutation } from "@tanstack/react-query";
import type { ListedSegment } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { useInvalidateSegments } from "./useInvalidateSegments.ts";

interface Change {
  segments: ListedSegment[];
  isActive: boolean;
  isUndo?: boolean;
}

export function useSetAllActive(isActive: boolean) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  /** One after the other: a segment may refer to another one. The first refusal ends it. */
  async function setAll({ segments, isActive, isUndo = false }: Change) {
    const what = isActive ? "activated" : "archived";
    const changed: ListedSegment[] = [];
    const run = () =>
      void setAll({ segments: changed.toReversed(), isActive: !isActive, isUndo: true })
        .catch(() => undefined)
        .then(invalidate);
    const undo = isUndo ? undefined : { label: "Undo", run };
    for (const segment of segments) {
      const { segmentValue, name } = segment;
      try {
        await api.call("adminAudience.setSegmentActive", { segmentValue, isActive });
      } catch (error) {
        const before = `${pluralize(changed.length, "segment was", "segments were")} ${what} before`;
        toastError(error, `${name} was not ${what}. ${before}`, changed.length === 0 ? undefined : undo);
        throw error;
      }
      changed.push(segment);
    }
    toast({ tone: "done", title: `${pluralize(changed.length, "segment")} ${what}`, action: undo });
  }
  return useMutation({
    mutationFn: (segments: ListedSegment[]) => setAll({ segments, isActive }),
    onSettled: invalidate,
  });
}
