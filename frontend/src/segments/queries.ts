// Queries for the list of segments.
import { queryOptions } from "@tanstack/react-query";
import type { Run } from "../api/client.ts";
import { api } from "../app/api.ts";

export const segmentsQuery = queryOptions({
  queryKey: ["segments", "list"],
  queryFn: ({ signal }) => api.call("adminAudience.getSegments", { includeInactive: true }, { signal }),
});

export const sizesQuery = queryOptions({
  queryKey: ["segments", "sizes"],
  queryFn: ({ signal }) => api.call("adminAudience.getSegmentSizes", { days: 30 }, { signal }),
});

export const audienceSizeQuery = queryOptions({
  queryKey: ["segments", "audience"],
  queryFn: ({ signal }) => api.call("adminAudience.getAudienceSize", {}, { signal }),
});

export const lastRunsQuery = queryOptions({
  queryKey: ["runs"],
  queryFn: ({ signal }) => api.call("adminAudience.listRuns", { limit: 10 }, { signal }),
});

/** The clock of the last run that succeeded. */
export function lastSuccessAt(runs: Run[] | undefined): string | undefined {
  return runs?.find(({ state }) => state === "succeeded")?.asOf;
}
