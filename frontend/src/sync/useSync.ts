// The state of sync, and the active sync, whether it was started here or elsewhere.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import type { GetSyncStatusResult, RunSyncParams } from "../api/client.ts";
import { announce } from "../shared/Announcer.tsx";
import { useApi } from "../shared/api.ts";
import { isActive } from "../shared/isActive.ts";
import { toastError } from "../shared/toasts.ts";
import { ACTIVE_INTERVAL, IDLE_INTERVAL, syncStatusQuery } from "./statusQuery.ts";
import { useInvalidateSync } from "./useInvalidateSync.ts";
import { changesText, syncTitle } from "./words.ts";

export interface FollowedSync {
  status: GetSyncStatusResult | undefined;
  error: Error | null;
  isActive: boolean;
  start: (how: RunSyncParams) => void;
  retry: () => void;
}

export function useSync(): FollowedSync {
  const api = useApi();
  const invalidate = useInvalidateSync();
  const status = useQuery({
    ...syncStatusQuery,
    refetchInterval: ({ state: { data } }) => {
      if (isActive(data?.activeRun)) return ACTIVE_INTERVAL;
      return data?.configured === true && IDLE_INTERVAL;
    },
  });
  const starting = useMutation({
    mutationFn: (how: RunSyncParams) => api.call("adminAudience.runSync", how),
    onSuccess: invalidate,
    onError: (error) => toastError(error, "The sync did not start"),
  });
  useRefreshWhenFinished(status.data);
  return {
    status: status.data,
    error: status.error,
    isActive: starting.isPending || isActive(status.data?.activeRun),
    start: starting.mutate,
    retry: () => void status.refetch(),
  };
}

/** Refetches everything about sync when a sync ends. */
function useRefreshWhenFinished(status: GetSyncStatusResult | undefined) {
  const invalidate = useInvalidateSync();
  const lastStatus = useRef<GetSyncStatusResult>(undefined);
  useEffect(() => {
    const before = lastStatus.current;
    lastStatus.current = status;
    const ended = status?.lastRun;
    if (before === undefined || !ended || ended.runId === before.lastRun?.runId) return;
    // A scheduled sync may start and end between two polls. That is not worth an announcement.
    const isExpected = before.activeRun !== null || ended.trigger === "admin";
    if (isExpected) announce(`${syncTitle(ended)}: ${changesText(ended.counts)}`);
    void invalidate();
  }, [status, invalidate]);
}
