// What became of mails. The keys begin with `sync`, so that they are refetched with all that is about sync.
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { EngagementScope } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { apiOf } from "../shared/api.ts";

/** How often new events are looked for, in milliseconds. */
const INTERVAL = 60_000;

export const engagementQuery = (key: SegmentKey, days: number, scope: EngagementScope) =>
  queryOptions({
    queryKey: ["sync", "engagement", key.segmentType, key.segmentValue, days, scope],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getEngagement", { ...key, days, scope }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: INTERVAL,
  });

export const engagementOfUserQuery = (userId: string, days: number) =>
  queryOptions({
    queryKey: ["sync", "engagement", userId, days],
    queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getEngagement", { userId, days }, { signal }),
  });
