// Back to what a custom segment was.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { GetSegmentResult } from "../api/client.ts";
import { api } from "../app/api.ts";
import { counted } from "../shared/formats.ts";
import { toast } from "../shared/toasts.ts";

interface Back {
  toVersion: number;
  /** The version that it has, so that nobody's change is lost unseen. */
  version: number;
}

export function useRollBack({ segmentValue }: GetSegmentResult) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (back: Back) => api.call("adminAudience.rollBackCustomSegment", { ...back, segmentValue }),
    async onSuccess({ segment, entered, left }, { toVersion }) {
      toast({
        tone: "done",
        title: `${segment.name} is as version ${toVersion} was`,
        text: `${counted(entered, "user")} entered, ${counted(left, "user")} left.`,
      });
      await Promise.all([
        client.invalidateQueries({ queryKey: ["segments"] }),
        client.invalidateQueries({ queryKey: ["segment"] }),
      ]);
    },
  });
}
