// Queries for the list of segments.
import { queryOptions } from "@tanstack/react-query";
import type { Run } from "../api/client.ts";
import { apiOf } from "../shared/api.ts";

export const segmentsQuery = queryOptions({
  queryKey: ["segments", "list"],
  queryFn: ({ signal, client }) =>
    apiOf(client).call("adminAudience.getSegments", { includeInactive: true }, { signal }),
});

export const sizesQuery = queryOptions({
  queryKey: ["segments", "sizes"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getSegmentSizes", { days: 30 }, { signal }),
});

export const audienceSizeQuery = queryOptions({
  queryKey: ["segments", "audience"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getAudienceSize", {}, { signal }),
});

export const lastRunsQuery = queryOptions({
  queryKey: ["runs"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.listRuns", { limit: 10 }, { signal }),
});

/** The clock of the last run that succeeded. */
export function lastSuccessAt(runs: Run[] | undefined): string | undefined {
  return runs?.find(({ state }) => state === "succeeded")?.asOf;
}
