// Mutations of a segment from the list.
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { Segment } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { useInvalidateSegments } from "./useInvalidateSegments.ts";

/** Makes a copy that can be changed. */
export function useDuplicate({ segmentType, segmentValue, name }: Segment) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.call("adminAudience.duplicateSegment", { segmentType, segmentValue }),
    async onSuccess({ segment }) {
      await invalidate();
      const edit = () => void navigate({ to: "/segments/$id/edit", params: { id: segment.segmentValue } });
      toast({ tone: "done", title: `Duplicated as “${segment.name}”`, action: { label: "Edit", run: edit } });
    },
    onError: (error) => toastError(error, `${name} was not duplicated`),
  });
}

/** Archives a segment, whose members then stay as they are, or activates it again. */
export function useSetActive({ segmentValue, name }: Segment) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  async function set(isActive: boolean, isUndo = false) {
    try {
      const { entered, left } = await api.call("adminAudience.setSegmentActive", { segmentValue, isActive });
      await invalidate();
      toast({
        tone: "done",
        title: isActive ? `${name} is active` : `${name} is archived`,
        text: isActive
          ? `${formatNumber(entered)} joined, ${formatNumber(left)} left.`
          : "Its members stay, and runs skip it.",
        action: isUndo ? undefined : { label: "Undo", run: () => void set(!isActive, true) },
      });
    } catch (error) {
      toastError(error, `${name} was not changed`);
    }
  }
  return useMutation({ mutationFn: (isActive: boolean) => set(isActive) });
}

/** `onDeleted` comes before anything asks for the segment again: its own page must be left by then. */
export function useDelete({ segmentValue, name }: Segment, onDeleted?: () => Promise<void>) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: () => api.call("adminAudience.deleteCustomSegment", { segmentValue }),
    async onSuccess({ left }) {
      await onDeleted?.();
      await invalidate();
      toast({ tone: "done", title: `${name} was deleted`, text: `${pluralize(left, "member")} left.` });
    },
  });
}
