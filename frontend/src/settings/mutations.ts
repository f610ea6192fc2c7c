// Attributes, tokens and event names are changed.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type {
  ApiToken,
  CreateTokenParams,
  DeclaredAttribute,
  NameOfEvents,
  SaveAttributeParams,
} from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { eventNamesQuery, tokensQuery } from "./queries.ts";

export function useSaveAttribute() {
  const api = useApi();
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
  const api = useApi();
  const invalidate = useInvalidateFields();
  return useMutation({
    mutationFn: () => api.call("adminAudience.archiveAttribute", { key }),
    async onSuccess() {
      toast({ tone: "done", title: `${label} was archived` });
      await invalidate();
    },
  });
}

/** The answer has the secret, so it is not kept. */
export function useCreateToken() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (params: CreateTokenParams) => api.call("adminAudience.createToken", params),
    gcTime: 0,
    // Not awaited: the secret is shown at once.
    onSuccess: () => void client.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
}

export function useRevokeToken({ id, name }: ApiToken) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.call("adminAudience.revokeToken", { tokenId: id }),
    async onSuccess() {
      toast({ tone: "done", title: `${name} was revoked` });
      await client.invalidateQueries({ queryKey: tokensQuery.queryKey });
    },
  });
}

/** Whether events of a name show that a person was active. The list shows it at once. */
export function useSetIsActivity({ name }: NameOfEvents) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (isActivity: boolean) => api.call("adminAudience.setEventName", { name, isActivity }),
    onSuccess(_, isActivity) {
      toast({
        tone: "done",
        title: isActivity ? `${name} counts as activity` : `${name} no longer counts as activity`,
      });
      client.setQueryData(
        eventNamesQuery.queryKey,
        (before) =>
          before && { names: before.names.map((each) => (each.name === name ? { ...each, isActivity } : each)) },
      );
      // Reports count anew.
      void client.invalidateQueries({ queryKey: ["report"] });
    },
    onError: (error) => toastError(error, `${name} was not changed`),
  });
}

/** Attributes are fields of conditions, too. */
function useInvalidateFields() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ["fields"] });
}
