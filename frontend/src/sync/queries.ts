// Queries about sync with Resend. All keys begin with `sync`, so that one invalidation covers them.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { HeldReason, KindOfDrift, SuppressionReason } from "../api/client.ts";
import { api } from "../app/api.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { isActive } from "../shared/isActive.ts";

/** How often the progress is fetched, in milliseconds. */
export const ACTIVE_INTERVAL = 1_000;
/** How often new events are looked for, in milliseconds. */
export const IDLE_INTERVAL = 10_000;
const RUNS = 20;
const SUPPRESSIONS = 50;
const PEOPLE = 20;

/** One query for all segments. It is refetched only while a sync is active. */
export const syncStatusQuery = queryOptions({
  queryKey: ["sync", "status"],
  queryFn: ({ signal }) => api.call("adminAudience.getSyncStatus", {}, { signal }),
  refetchInterval: ({ state }) => (isActive(state.data?.activeRun) ? ACTIVE_INTERVAL : false),
});

export const syncRunsQuery = queryOptions({
  queryKey: ["sync", "runs"],
  queryFn: ({ signal }) => api.call("adminAudience.listSyncRuns", { limit: RUNS }, { signal }),
});

/** The server asks Resend for the limit of the plan, so each answer is used only once. */
export const syncPreviewQuery = (key: SegmentKey) =>
  queryOptions({
    queryKey: ["sync", "preview", key.segmentType, key.segmentValue],
    queryFn: ({ signal }) => api.call("adminAudience.previewSegmentSync", key, { signal }),
    staleTime: 0,
    gcTime: 0,
  });

export const suppressionsQuery = (reason: SuppressionReason | undefined, searchQuery: string) =>
  infiniteQueryOptions({
    queryKey: ["sync", "suppressions", reason, searchQuery],
    queryFn: ({ pageParam, signal }) =>
      api.call(
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
    queryFn: ({ pageParam, signal }) =>
      api.call(
        "adminAudience.getSyncDrift",
        { ...key, kind, reason: reason ?? null, limit: PEOPLE, cursor: pageParam },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
    placeholderData: keepPreviousData,
    refetchInterval: IDLE_INTERVAL,
  });
