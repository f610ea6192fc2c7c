// Goals are saved under a name, and deleted.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Goal, SaveGoalParams } from "../../api/client.ts";
import { useApi } from "../../shared/api.ts";
import { toast } from "../../shared/toasts.ts";
import { goalsQuery } from "./queries.ts";

export function useSaveGoal() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (params: SaveGoalParams) => api.call("adminAudience.saveGoal", params),
    async onSuccess() {
      toast({ tone: "done", title: "Goal saved" });
      await client.invalidateQueries({ queryKey: goalsQuery.queryKey });
    },
  });
}

export function useDeleteGoal({ id }: Goal) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.call("adminAudience.deleteGoal", { id }),
    async onSuccess() {
      toast({ tone: "done", title: "Goal deleted" });
      await client.invalidateQueries({ queryKey: goalsQuery.queryKey });
    },
  });
}
