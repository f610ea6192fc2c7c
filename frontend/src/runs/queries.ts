// Queries about runs. All keys begin with `runs`, so that one invalidation covers them.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { RunMode, RunState } from "../api/client.ts";
import type { RunsSearch } from "../app/routes.ts";
import { apiOf } from "../shared/api.ts";
import { isActive } from "../shared/isActive.ts";
import { leaversAt, START } from "./leavers.ts";
import { MODES, RUN_STATES } from "./words.ts";

const PAGE = 20;
/** How often the progress is asked for, in milliseconds. */
const ACTIVE_INTERVAL = 400;

/** Which runs are asked for. Null if all. */
export interface RunFilter {
  state: RunState | null;
  mode: RunMode | null;
}

/** What is no state or mode is left aside. */
export function runFilter({ state = "", mode = "" }: RunsSearch): RunFilter {
  return {
    state: state in RUN_STATES ? (state as RunState) : null,
    mode: mode in MODES ? (mode as RunMode) : null,
  };
}

export const runsQuery = (filter: RunFilter) =>
  infiniteQueryOptions({
    queryKey: ["runs", "list", filter],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call("adminAudience.listRuns", { ...filter, limit: PAGE, before: pageParam }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ runs }) => (runs.length < PAGE ? undefined : runs.at(-1)?.runId),
    placeholderData: keepPreviousData,
  });

/** Who would leave a segment in a run now. */
export const heldBackQuery = (segment: string) =>
  infiniteQueryOptions({
    queryKey: ["runs", "heldBack", segment],
    queryFn: ({ pageParam, signal, client }) => leaversAt(apiOf(client), segment, pageParam, signal),
    initialPageParam: START,
    getNextPageParam: ({ next }) => next,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const runQuery = (runId: number) =>
  queryOptions({
    queryKey: ["runs", "run", runId],
    queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getRun", { runId }, { signal }),
    refetchInterval: ({ state }) => (isActive(state.data) ? ACTIVE_INTERVAL : false),
  });
