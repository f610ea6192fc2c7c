// Reports. They may take long: they are asked for once, and not again when the window gets the focus.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type {
  Client,
  CompareAsOfParams,
  CompareSegmentsParams,
  GetCohortsParams,
  GetForecastUsersParams,
  GetSegmentConversionParams,
  GetSegmentEngagementParams,
  GetSegmentFlowParams,
  GetSegmentForecastParams,
  GetSegmentLiftParams,
  GetSegmentOverlapParams,
  GetSegmentRevenueParams,
} from "../api/client.ts";
import { apiOf } from "../shared/api.ts";
import { faultsOf } from "../shared/errorMessages.ts";

const ASKED_ONCE = { refetchOnWindowFocus: false, staleTime: 60_000 } as const;

export const conversionQuery = (params: GetSegmentConversionParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "conversion", params],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getSegmentConversion", params as GetSegmentConversionParams, { signal }),
    enabled: params !== undefined,
  });

export const overlapQuery = (params: GetSegmentOverlapParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "overlap", params],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getSegmentOverlap", params as GetSegmentOverlapParams, { signal }),
    enabled: params !== undefined,
  });

export const revenueQuery = (params: GetSegmentRevenueParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "revenue", params],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getSegmentRevenue", params as GetSegmentRevenueParams, { signal }),
    enabled: params !== undefined,
  });

export const cohortsQuery = (params: GetCohortsParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "cohorts", params],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getCohorts", params as GetCohortsParams, { signal }),
    enabled: params !== undefined,
  });

export const engagementQuery = (params: GetSegmentEngagementParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "engagement", params],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getSegmentEngagement", params as GetSegmentEngagementParams, { signal }),
    enabled: params !== undefined,
  });

export const forecastQuery = (params: GetSegmentForecastParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "forecast", params],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getSegmentForecast", params as GetSegmentForecastParams, { signal }),
    enabled: params !== undefined,
  });

export const liftQuery = (params: GetSegmentLiftParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "lift", params],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getSegmentLift", params as GetSegmentLiftParams, { signal }),
    enabled: params !== undefined,
  });

export const comparisonQuery = (params: CompareSegmentsParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "comparison", params],
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.compareSegments", params as CompareSegmentsParams, { signal }),
    enabled: params !== undefined,
  });

/** In place of an instant: the time of the answer. */
export const NOW = "now";

export const flowQuery = (params: GetSegmentFlowParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "flow", params],
    queryFn: ({ signal, client }) => askForFlow(apiOf(client), params as GetSegmentFlowParams, signal),
    enabled: params !== undefined,
  });

/** The clock of the reader may be ahead of the server's, which knows no future. A minute earlier is near enough then. */
async function askForFlow(api: Client, params: GetSegmentFlowParams, signal: AbortSignal) {
  const ask = (now: Date) => {
    const instant = now.toISOString().replace(/\.\d+Z$/, "Z");
    const at = params.at.map((point) => (point === NOW ? instant : point));
    return api.call("adminAudience.getSegmentFlow", { ...params, at }, { signal });
  };
  const now = new Date();
  try {
    return await ask(now);
  } catch (error) {
    const isAhead = faultsOf(error).some(({ path }) =>
      params.at.some((at, place) => at === NOW && path === `at[${place}]`),
    );
    if (!isAhead) throw error;
    return ask(new Date(now.getTime() - 60_000));
  }
}

const USERS = 100;

/** Who leaves or enters a segment if nobody does anything. */
export const forecastUsersQuery = (params: GetForecastUsersParams) =>
  infiniteQueryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "forecastUsers", params],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call("adminAudience.getForecastUsers", { ...params, limit: USERS, cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
  });

/** Who was in a segment at two instants, or at one of them alone. */
export const compareQuery = (params: CompareAsOfParams) =>
  infiniteQueryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "compareAsOf", params],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call("adminAudience.compareAsOf", { ...params, limit: USERS, cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
  });
