// Archives or activates several segments.
import { useMutation } from "@tanstack/react-query";
import type { ListedSegment } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { useInvalidateSegments } from "./useInvalidateSegments.ts";

export function useSetAllActive(isActive: boolean) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  const what = isActive ? "activated" : "archived";
  return useMutation({
    /** One after the other: a segment may refer to another one. The first refusal ends it. */
    async mutationFn(segments: ListedSegment[]) {
      for (const [done, { segmentValue, name }] of segments.entries()) {
        try {
          await api.call("adminAudience.setSegmentActive", { segmentValue, isActive });
        } catch (error) {
          toastError(
            error,
            `${name} was not ${what}. ${pluralize(done, "segment was", "segments were")} ${what} before`,
          );
          throw error;
        }
      }
      return segments.length;
    },
    onSuccess(count) {
      toast({ tone: "done", title: `${pluralize(count, "segment")} ${what}` });
    },
    onSettled: invalidate,
  });
}
