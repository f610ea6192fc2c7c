// Attributes are declared and archived.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { DeclaredAttribute, SaveAttributeParams } from "../api/client.ts";
import { api } from "../app/api.ts";
import { toast } from "../shared/toasts.ts";

export function useSaveAttribute() {
  const invalidate = useInvalidateFields();
  return useMutation({
    mutationFn: (params: SaveAttributeParams) => api.call("adminAudience.saveAttribute", params),
    async onSuccess({ attribute }) {
      toast({ tone: "done", title: `${attribute.label} was saved` });
      await invalidate();
    },
  });
}

export function useArchiveAttribute({ key, label }: DeclaredAttribute) {
  const invalidate = useInvalidateFields();
  return useMutation({
    mutationFn: () => api.call("adminAudience.archiveAttribute", { key }),
    async onSuccess() {
      toast({ tone: "done", title: `${label} was archived` });
      await invalidate();
    },
  });
}

/** Attributes are fields of conditions, too. */
function useInvalidateFields() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["fields"] });
}
