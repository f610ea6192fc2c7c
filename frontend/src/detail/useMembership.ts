// What an admin decides about one user and this segment.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SegmentUser } from "../api/client.ts";
import { api } from "../app/api.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { userName } from "../shared/userName.ts";
import type { SegmentKey } from "./queries.ts";

/** How long a removal can be undone from the message about it, in milliseconds. */
const UNDO_DURATION = 10_000;

export interface Removal {
  user: SegmentUser;
  reason: string;
}

export function useRemoval(key: SegmentKey, segmentName: string) {
  const renew = useInvalidateMembers();
  const restore = useRestore(key);
  return useMutation({
    mutationFn: ({ user, reason }: Removal) =>
      api.call("adminAudience.removeUserFromSegment", {
        ...key,
        userId: user.id,
        reason: reason.trim() === "" ? null : reason.trim(),
      }),
    async onSuccess(_, { user }) {
      toast({
        tone: "done",
        title: `${userName(user)} was removed`,
        text: `They stay out of ${segmentName} until restored.`,
        duration: UNDO_DURATION,
        action: { label: "Undo", run: () => restore.mutate(user) },
      });
      await renew();
    },
  });
}

/** Lets the rule speak again. */
export function useRestore(key: SegmentKey) {
  const renew = useInvalidateMembers();
  return useMutation({
    mutationFn: (user: SegmentUser) => api.call("adminAudience.restoreUserToSegment", { ...key, userId: user.id }),
    async onSuccess({ isMember }, user) {
      const text = isMember
        ? "They are a member again."
        : "They are kept out no more, but do not match the definition.";
      toast({ tone: "done", title: `${userName(user)} was restored`, text });
      await renew();
    },
    onError: (error, user) => toastError(error, `${userName(user)} was not restored`),
  });
}

function useInvalidateMembers() {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ["segment"] }),
      client.invalidateQueries({ queryKey: ["segments"] }),
    ]);
}
