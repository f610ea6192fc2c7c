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
  return useMutation({
    mutationFn: (isActive: boolean) => api.call("adminAudience.setSegmentActive", { segmentValue, isActive }),
    async onSuccess({ segment, entered, left }) {
      await invalidate();
      const title = segment.isActive ? `${name} is active` : `${name} is archived`;
      const changed = `${formatNumber(entered)} joined, ${formatNumber(left)} left.`;
      toast({ tone: "done", title, text: segment.isActive ? changed : "Its members stay, and runs skip it." });
    },
    onError: (error) => toastError(error, `${name} was not changed`),
  });
}

export function useDelete({ segmentValue, name }: Segment) {
  const api = useApi();
  const invalidate = useInvalidateSegments();
  return useMutation({
    mutationFn: () => api.call("adminAudience.deleteCustomSegment", { segmentValue }),
    async onSuccess({ left }) {
      await invalidate();
      toast({ tone: "done", title: `${name} was deleted`, text: `${pluralize(left, "member")} left.` });
    },
  });
}
