// What an admin changes about sync.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SetSegmentSyncParams, SetSegmentSyncResult, Switch } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { useApi } from "../shared/api.ts";
import { toast } from "../shared/toasts.ts";
import type { Liftable } from "./holds.ts";
import { syncStatusQuery } from "./statusQuery.ts";
import { useInvalidateSync } from "./useInvalidateSync.ts";

/** Switches sync for a segment on or off, or pauses it. */
export function useSetSync(key: SegmentKey, name: string) {
  const api = useApi();
  const invalidate = useInvalidateSync();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (how: Pick<SetSegmentSyncParams, "state" | "confirm">) =>
      api.call("adminAudience.setSegmentSync", { ...key, ...how }),
    async onSuccess(result, { state }) {
      const areAllPaused = client.getQueryData(syncStatusQuery.queryKey)?.paused === true;
      toast({ tone: "done", title: `Sync for ${name} is ${state}`, text: whatFollows(state, result, areAllPaused) });
      await invalidate();
    },
  });
}

function whatFollows(state: Switch, { sync }: SetSegmentSyncResult, areAllPaused: boolean): string {
  if (state === "on") {
    return areAllPaused
      ? "All syncs are paused. Its people are added at Resend after you resume them."
      : "The next sync adds its people at Resend.";
  }
  if (state === "paused") return "Syncs only remove people who must not get mail.";
  return sync === null ? "There is nothing to remove at Resend." : "The next sync removes it at Resend.";
}

/** Pauses all syncs, or resumes them. */
export function usePauseAll() {
  const api = useApi();
  const invalidate = useInvalidateSync();
  return useMutation({
    mutationFn: (paused: boolean) => api.call("adminAudience.setSyncPaused", { paused }),
    async onSuccess({ paused }) {
      if (paused) toast({ tone: "done", title: "All syncs are paused" });
      else toast({ tone: "done", title: "All syncs are resumed", text: "The next sync catches up." });
      await invalidate();
    },
  });
}

/** Lifts what keeps a user from getting mail. The audit log keeps the reason. */
export function useLift({ userId, reason, email }: Liftable) {
  const api = useApi();
  const invalidate = useInvalidateSync();
  return useMutation({
    mutationFn: (why: string) => api.call("adminAudience.clearSuppression", { userId, reason, why }),
    async onSuccess({ wasHeld }) {
      const text = wasHeld ? "The next sync looks up the address." : "It was already lifted.";
      toast({
        tone: "done",
        title: reason === "refused" ? `${email} will be tried again` : `Lifted for ${email}`,
        text,
      });
      await invalidate();
    },
  });
}
