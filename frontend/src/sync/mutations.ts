// What an admin changes about sync.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SetSegmentSyncParams, SetSegmentSyncResult, SuppressionOfUser, Switch } from "../api/client.ts";
import { api } from "../app/api.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { toast } from "../shared/toasts.ts";

/** Switches sync for a segment on or off, or pauses it. */
export function useSetSync(key: SegmentKey, name: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (how: Pick<SetSegmentSyncParams, "state" | "confirm">) =>
      api.call("adminAudience.setSegmentSync", { ...key, ...how }),
    async onSuccess(result, { state }) {
      toast({ tone: "done", title: `Sync for ${name} is ${state}`, text: whatFollows(state, result) });
      await client.invalidateQueries({ queryKey: ["sync"] });
    },
  });
}

function whatFollows(state: Switch, { sync }: SetSegmentSyncResult): string {
  if (state === "on") return "The next sync adds its people at Resend.";
  if (state === "paused") return "Syncs only remove people who must not get mail.";
  return sync === null ? "There is nothing to remove at Resend." : "The next sync removes it at Resend.";
}

/** Lifts what keeps a user from getting mail. The audit log keeps the reason. */
export function useLift({ userId, reason, email }: SuppressionOfUser) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (why: string) => api.call("adminAudience.clearSuppression", { userId, reason, why }),
    async onSuccess({ wasHeld }) {
      const text = wasHeld ? "The next sync looks up the address." : "It was already lifted.";
      toast({ tone: "done", title: `Lifted for ${email}`, text });
      await client.invalidateQueries({ queryKey: ["sync"] });
    },
  });
}
