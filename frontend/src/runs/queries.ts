// Queries about runs. All keys begin with `runs`, so that one invalidation covers them.
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "../app/api.ts";
import { isActive } from "../shared/isActive.ts";

const PAGE = 20;
const PEOPLE = 100;
/** How often the progress is asked for, in milliseconds. */
const ACTIVE_INTERVAL = 400;

export const runsQuery = infiniteQueryOptions({
  queryKey: ["runs", "list"],
  queryFn: ({ pageParam, signal }) =>
    api.call("adminAudience.listRuns", { limit: PAGE, before: pageParam }, { signal }),
  initialPageParam: null as number | null,
  getNextPageParam: ({ runs }) => (runs.length < PAGE ? undefined : runs.at(-1)?.runId),
});

/** Who would leave a segment in a run now. Each page is put on record. */
export const heldBackQuery = (segment: string) =>
  infiniteQueryOptions({
    queryKey: ["runs", "heldBack", segment],
    queryFn: ({ pageParam, signal }) =>
      api.call(
        "adminAudience.getForecastUsers",
        { segment, day: 0, change: "leave", limit: PEOPLE, cursor: pageParam },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const runQuery = (runId: number) =>
  queryOptions({
    queryKey: ["runs", "run", runId],
    queryFn: ({ signal }) => api.call("adminAudience.getRun", { runId }, { signal }),
    refetchInterval: ({ state }) => (isActive(state.data) ? ACTIVE_INTERVAL : false),
  });
