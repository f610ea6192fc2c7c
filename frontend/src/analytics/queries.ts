// Reports. They may take long: they are asked for once, and not again when the window gets the focus.
import { queryOptions } from "@tanstack/react-query";
import type { GetSegmentConversionParams, GetSegmentOverlapParams } from "../api/client.ts";
import { api } from "../app/api.ts";

const ASKED_ONCE = { refetchOnWindowFocus: false, staleTime: 60_000 } as const;

export const conversionQuery = (params: GetSegmentConversionParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "conversion", params],
    queryFn: ({ signal }) =>
      api.call("adminAudience.getSegmentConversion", params as GetSegmentConversionParams, { signal }),
    enabled: params !== undefined,
  });

export const overlapQuery = (params: GetSegmentOverlapParams | undefined) =>
  queryOptions({
    ...ASKED_ONCE,
    queryKey: ["report", "overlap", params],
    queryFn: ({ signal }) => api.call("adminAudience.getSegmentOverlap", params as GetSegmentOverlapParams, { signal }),
    enabled: params !== undefined,
  });
