// The current run, started here or elsewhere.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { Run, RunAutoSegmentationParams } from "../api/client.ts";
import { announce } from "../shared/Announcer.tsx";
import { useApi } from "../shared/api.ts";
import { formatNumber } from "../shared/format.ts";
import { isActive } from "../shared/isActive.ts";
import { toastError } from "../shared/toasts.ts";
import { lastRunsQuery } from "./queries.ts";
import { useInvalidateSegments } from "./useInvalidateSegments.ts";

/** How often the progress is asked for, in milliseconds. */
const ACTIVE_INTERVAL = 400;
const IDLE_INTERVAL = 10_000;

export function useLatestRun() {
  const runs = useQuery({
    ...lastRunsQuery,
    refetchInterval: ({ state }) => (isActive(state.data?.runs[0]) ? ACTIVE_INTERVAL : IDLE_INTERVAL),
  });
  return {
    /** The run that is active, or else the last one; nothing while that is on its way, null if there was none yet. */
    run: runs.data === undefined ? undefined : (runs.data.runs[0] ?? null),
    /** The clock of the last run that succeeded. */
    lastSuccessAt: runs.data?.lastSuccessAt,
    error: runs.error,
    retry: () => void runs.refetch(),
  };
}

/** The latest run, and the way to start another one. */
export function useRun() {
  const api = useApi();
  const client = useQueryClient();
  const latest = useLatestRun();
  const starting = useMutation({
    mutationFn: (how: RunAutoSegmentationParams) => api.call("adminAudience.runAutoSegmentation", how),
    onSuccess: () => client.invalidateQueries({ queryKey: lastRunsQuery.queryKey }),
    onError: (error) => toastError(error, "The run did not start"),
  });
  return { ...latest, isActive: starting.isPending || isActive(latest.run), start: starting.mutate };
}

/** Refetches everything that counts members when a run ends. */
export function useRefreshWhenFinished(run: Run | null | undefined) {
  const invalidate = useInvalidateSegments();
  const lastState = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!run) return;
    const state = `${run.runId} ${run.state}`;
    const hasFinished = lastState.current !== undefined && lastState.current !== state && !isActive(run);
    lastState.current = state;
    if (!hasFinished) return;
    const moved = `${formatNumber(run.segmentsCreated)} joined, ${formatNumber(run.segmentsRemoved)} left`;
    announce(run.state === "succeeded" ? `Run finished: ${moved}` : "The run failed");
    void invalidate();
  }, [run, invalidate]);
}
