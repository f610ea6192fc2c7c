// Overrides: what an admin decides about one user and this segment.
import { useMutation } from "@tanstack/react-query";
import type { OverrideKind } from "../api/client.ts";
import { useInvalidateSegments } from "../segments/useInvalidateSegments.ts";
import { useApi } from "../shared/api.ts";
import type { Person } from "../shared/person.ts";
import { toast, toastError } from "../shared/toasts.ts";
import type { SegmentKey } from "./queries.ts";

interface Removal {
  person: Person;
  reason: string;
}

interface Addition extends Removal {
  /** An instant. Forever if it is missing. */
  until: string | undefined;
}

export function useRemoval(key: SegmentKey) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: ({ person, reason }: Removal) =>
      api.call("adminAudience.removeUserFromSegment", {
        ...key,
        userId: person.id,
        reason: given(reason),
      }),
    onSuccess: invalidate,
  });
}

/** Puts somebody in, whether they match the definition or not. */
export function useAddition(key: SegmentKey) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: ({ person, reason, until }: Addition) =>
      api.call("adminAudience.addUserToSegment", {
        ...key,
        userId: person.id,
        reason: given(reason),
        expiresAt: until ?? null,
      }),
    async onSuccess(_, { person }) {
      toast({
        tone: "done",
        title: `${person.name} was added`,
        text: "They stay in, even if they don't match the definition.",
      });
      await invalidate();
    },
  });
}

interface RestoredWords {
  title: (name: string) => string;
  failed: (name: string) => string;
  member: string;
  other: string;
}

const RESTORED: Record<OverrideKind, RestoredWords> = {
  exclude: {
    title: (name) => `${name} was restored`,
    failed: (name) => `${name} was not restored`,
    member: "They're a member again.",
    other: "No longer excluded, but they don't match the definition.",
  },
  include: {
    title: (name) => `The definition decides about ${name} again`,
    failed: (name) => `The override of ${name} was not removed`,
    member: "They match the definition and stay a member.",
    other: "They left, because they don't match the definition.",
  },
};

/** Removes the override, so that the definition decides again. */
export function useRestore(key: SegmentKey, decision: OverrideKind) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: ({ id }: Person) => api.call("adminAudience.restoreUserToSegment", { ...key, userId: id }),
    async onSuccess({ isMember }, { name }) {
      const { title, member, other } = RESTORED[decision];
      toast({ tone: "done", title: title(name), text: isMember ? member : other });
      await invalidate();
    },
    onError: (error, { name }) => toastError(error, RESTORED[decision].failed(name)),
  });
}

function given(reason: string): string | null {
  return reason.trim() === "" ? null : reason.trim();
}
