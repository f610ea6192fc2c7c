// Saving, and its conflicts.
import { useMutation } from "@tanstack/react-query";
import { RpcError, type Segment } from "../../api/client.ts";
import { useInvalidateSegments } from "../../segments/useInvalidateSegments.ts";
import { useApi } from "../../shared/api.ts";
import type { Catalogue } from "../tree/catalogue.ts";
import { toCriteria } from "../tree/toCriteria.ts";
import type { Draft } from "./useDraft.ts";

export interface SaveVariables {
  draft: Draft;
  /** The version that the draft is based on. */
  version: number | null;
}

export function useSave(id: string | undefined, catalogue: Catalogue) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  return useMutation({
    async mutationFn({ draft, version }: SaveVariables): Promise<Segment> {
      const { combineWith, criteria, not } = toCriteria(draft.root, catalogue);
      const description = draft.description.trim() === "" ? null : draft.description;
      const params = { name: draft.name, description, combineWith, criteria, not };
      if (id === undefined) return (await api.call("adminAudience.createCustomSegment", params)).segment;
      const changed = { ...params, segmentValue: id, version: version ?? 1 };
      return (await api.call("adminAudience.updateCustomSegment", changed)).segment;
    },
    onSuccess: invalidate,
  });
}

/** The version that somebody else has made meanwhile. */
export function newerVersion(error: Error | null): number | undefined {
  const version = error instanceof RpcError && error.is("Conflict") ? error.data.version : undefined;
  return typeof version === "number" ? version : undefined;
}

/** Whether another segment has the name already. */
export function isNameTaken(error: Error | null): boolean {
  return error instanceof RpcError && error.is("Conflict") && "name" in error.data;
}
