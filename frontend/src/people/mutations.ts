// What is done with one person as a whole.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useInvalidateSegments } from "../segments/useInvalidateSegments.ts";
import { useApi } from "../shared/api.ts";
import { pluralize } from "../shared/format.ts";
import type { Person } from "../shared/person.ts";
import { toast, toastError } from "../shared/toasts.ts";

/** Evaluates a person against all active segments, without waiting for a run. */
export function useEvaluation({ id, name }: Person) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: () => api.call("adminAudience.autoSegmentUser", { userId: id }),
    async onSuccess({ segmentsAdded, segmentsRemoved }) {
      const changes = `Joined ${pluralize(segmentsAdded.length, "segment")}, left ${segmentsRemoved.length}.`;
      const isSame = segmentsAdded.length + segmentsRemoved.length === 0;
      toast({ tone: "done", title: `${name} was evaluated`, text: isSame ? "Nothing changed." : changes });
      await invalidate();
    },
    onError: (error) => toastError(error, `${name} was not evaluated`),
  });
}

/** Erases a person for good. */
export function useErasure({ id }: Person) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.call("adminAudience.eraseUser", { userId: id }),
    // Nothing about them stays in this tab.
    onSuccess: () => client.removeQueries({ queryKey: ["segment"] }),
  });
}
