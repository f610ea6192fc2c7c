// Queries for the list of segments.
import { queryOptions } from "@tanstack/react-query";
import type { ListRunsParams } from "../api/client.ts";
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

const LAST_RUNS = 10;

/** The last runs, newest first, and the clock of the last one that succeeded, which may be long ago. */
export const lastRunsQuery = queryOptions({
  queryKey: ["runs"],
  queryFn: async ({ signal, client }) => {
    const ask = (params: ListRunsParams) => apiOf(client).call("adminAudience.listRuns", params, { signal });
    const { runs } = await ask({ limit: LAST_RUNS });
    const success = runs.find(({ state }) => state === "succeeded");
    const [earlier] =
      success !== undefined || runs.length < LAST_RUNS ? [] : (await ask({ limit: 1, state: "succeeded" })).runs;
    return { runs, lastSuccessAt: (success ?? earlier)?.asOf };
  },
});
