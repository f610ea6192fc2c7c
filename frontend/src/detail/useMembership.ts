// Overrides: what an admin decides about one user and this segment.
import { useMutation } from "@tanstack/react-query";
import type { SegmentUser } from "../api/client.ts";
import { api } from "../app/api.ts";
import { useInvalidateSegments } from "../segments/useInvalidateSegments.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { userName } from "../shared/userName.ts";
import type { SegmentKey } from "./queries.ts";

export interface Removal {
  user: SegmentUser;
  reason: string;
}

export function useRemoval(key: SegmentKey) {
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: ({ user, reason }: Removal) =>
      api.call("adminAudience.removeUserFromSegment", {
        ...key,
        userId: user.id,
        reason: reason.trim() === "" ? null : reason.trim(),
      }),
    onSuccess: invalidate,
  });
}

/** Removes the override, so that the definition decides again. */
export function useRestore(key: SegmentKey) {
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: (user: SegmentUser) => api.call("adminAudience.restoreUserToSegment", { ...key, userId: user.id }),
    async onSuccess({ isMember }, user) {
      const text = isMember ? "They're a member again." : "No longer excluded, but they don't match the definition.";
      toast({ tone: "done", title: `${userName(user)} was restored`, text });
      await invalidate();
    },
    onError: (error, user) => toastError(error, `${userName(user)} was not restored`),
  });
}
