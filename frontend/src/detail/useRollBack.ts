// Restores an earlier version of a custom segment.
import { useMutation } from "@tanstack/react-query";
import type { GetSegmentResult } from "../api/client.ts";
import { useInvalidateSegments } from "../segments/useInvalidateSegments.ts";
import { useApi } from "../shared/api.ts";
import { formatNumber } from "../shared/format.ts";
import { toast } from "../shared/toasts.ts";

interface RollBack {
  toVersion: number;
  /** The version that it has, so that nobody's change is lost unseen. */
  version: number;
}

export function useRollBack({ segmentValue }: GetSegmentResult) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: (back: RollBack) => api.call("adminAudience.rollBackCustomSegment", { ...back, segmentValue }),
    async onSuccess({ entered, left }, { toVersion }) {
      toast({
        tone: "done",
        title: `Version ${toVersion} restored`,
        text: `${formatNumber(entered)} joined, ${formatNumber(left)} left.`,
      });
      await invalidate();
    },
  });
}
