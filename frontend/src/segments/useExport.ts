// A segment as a file.
import { useMutation } from "@tanstack/react-query";
import type { Segment } from "../api/client.ts";
import { api } from "../app/api.ts";
import { download } from "../shared/download.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";

/** How long the message about an incomplete file stays, in milliseconds. */
const TRUNCATED_DURATION = 60_000;

type ExportedSegment = Pick<Segment, "segmentType" | "segmentValue" | "name">;

export function useExport({ segmentType, segmentValue, name }: ExportedSegment) {
  const exporting = useMutation({
    mutationFn: () => api.call("adminAudience.exportSegmentUsers", { segmentType, segmentValue }),
    onSuccess({ csv, filename, rowCount, totalCount, truncated }) {
      if (rowCount === 0) {
        return toast({ tone: "notice", title: `${name} has no members`, text: "There is nothing to export." });
      }
      download(csv, filename);
      const title = `${pluralize(rowCount, "row")} exported`;
      if (!truncated) return toast({ tone: "done", title, text: filename });
      toast({
        tone: "notice",
        title: `Only ${title}`,
        text: `The file has the first ${formatNumber(rowCount)} of ${formatNumber(totalCount)} members. To export all of them, run segmentation-engine export.`,
        duration: TRUNCATED_DURATION,
      });
    },
    onError: (error) => toastError(error, `${name} was not exported`),
  });
  return { exportSegment: () => exporting.mutate(), isExporting: exporting.isPending };
}
