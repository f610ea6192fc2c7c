// Restores an earlier version of a custom segment.
import { useMutation } from "@tanstack/react-query";
import type { GetSegmentResult } from "../api/client.ts";
import { api } from "../app/api.ts";
import { useInvalidateSegments } from "../segments/useInvalidateSegments.ts";
import { pluralize } from "../shared/format.ts";
import { toast } from "../shared/toasts.ts";

interface RollBack {
  toVersion: number;
  /** The version that it has, so that nobody's change is lost unseen. */
  version: number;
}

export function useRollBack({ segmentValue }: GetSegmentResult) {
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: (back: RollBack) => api.call("adminAudience.rollBackCustomSegment", { ...back, segmentValue }),
    async onSuccess({ segment, entered, left }, { toVersion }) {
      toast({
        tone: "done",
        title: `${segment.name} was restored to version ${toVersion}`,
        text: `${pluralize(entered, "user")} entered, ${pluralize(left, "user")} left.`,
      });
      await invalidate();
    },
  });
}
