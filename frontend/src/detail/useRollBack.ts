// Back to what a custom segment was.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { GetSegmentResult } from "../api/client.ts";
import { api } from "../app/api.ts";
import { pluralize } from "../shared/format.ts";
import { toast } from "../shared/toasts.ts";

interface RollBack {
  toVersion: number;
  /** The version that it has, so that nobody's change is lost unseen. */
  version: number;
}

export function useRollBack({ segmentValue }: GetSegmentResult) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (back: RollBack) => api.call("adminAudience.rollBackCustomSegment", { ...back, segmentValue }),
    async onSuccess({ segment, entered, left }, { toVersion }) {
      toast({
        tone: "done",
        title: `${segment.name} is as version ${toVersion} was`,
        text: `${pluralize(entered, "user")} entered, ${pluralize(left, "user")} left.`,
      });
      await Promise.all([
        client.invalidateQueries({ queryKey: ["segments"] }),
        client.invalidateQueries({ queryKey: ["segment"] }),
      ]);
    },
  });
}
