// Alerts are saved and deleted.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Alert, SaveAlertParams } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { toast } from "../shared/toasts.ts";

export function useSaveAlert() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (params: SaveAlertParams) => api.call("adminAudience.saveAlert", params),
    async onSuccess() {
      toast({ tone: "done", title: "Alert saved" });
      await client.invalidateQueries({ queryKey: ["alerts"] });
    },
  });
}

export function useDeleteAlert({ alertId }: Alert) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.call("adminAudience.deleteAlert", { alertId }),
    async onSuccess() {
      toast({ tone: "done", title: "Alert deleted" });
      await client.invalidateQueries({ queryKey: ["alerts"] });
    },
  });
}
