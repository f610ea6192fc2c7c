// Queries about sync with Resend. All keys begin with `sync`, so that one invalidation covers them.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { HeldReason, KindOfDrift, SuppressionReason } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { apiOf } from "../shared/api.ts";
import { IDLE_INTERVAL } from "./statusQuery.ts";

const RUNS = 20;
const SUPPRESSIONS = 50;
const PEOPLE = 20;

export const syncRunsQuery = queryOptions({
  queryKey: ["sync", "runs"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.listSyncRuns", { limit: RUNS }, { signal }),
});

/** The server asks Resend for the limit of the plan, so each answer is used only once. */
export const syncPreviewQuery = (key: SegmentKey) =>
  queryOptions({
    queryKey: ["sync", "preview", key.segmentType, key.segmentValue],
    queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.previewSegmentSync", key, { signal }),
    staleTime: 0,
    gcTime: 0,
  });

export const suppressionsQuery = (reason: SuppressionReason | undefined, searchQuery: string) =>
  infiniteQueryOptions({
    queryKey: ["sync", "suppressions", reason, searchQuery],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call(
        "adminAudience.getSuppressions",
        {
          reason: reason ?? null,
          searchQuery: searchQuery === "" ? null : searchQuery,
          limit: SUPPRESSIONS,
          cursor: pageParam,
        },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
    placeholderData: keepPreviousData,
    refetchInterval: IDLE_INTERVAL,
  });

/** Who makes a segment differ from the one at Resend. `reason` is only for people who are held. */
export const driftQuery = (key: SegmentKey, kind: KindOfDrift, reason?: HeldReason) =>
  infiniteQueryOptions({
    queryKey: ["sync", "drift", key.segmentType, key.segmentValue, kind, reason],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call(
        "adminAudience.getSyncDrift",
        { ...key, kind, reason: reason ?? null, limit: PEOPLE, cursor: pageParam },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
    placeholderData: keepPreviousData,
    refetchInterval: IDLE_INTERVAL,
  });
