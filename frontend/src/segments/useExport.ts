// A segment as a file.
import { useMutation } from "@tanstack/react-query";
import { useApi } from "../shared/api.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";
import type { ExportedSegment } from "./exportToFile.ts";

/** How long the message about an incomplete file stays, in milliseconds. */
const TRUNCATED_DURATION = 60_000;

export function useExport(segment: ExportedSegment) {
  const { name } = segment;
  const api = useApi();
  const exporting = useMutation({
    async mutationFn() {
      const { exportToFile } = await import("./exportToFile.ts");
      return exportToFile(api, segment);
    },
    onSuccess({ filename, rowCount, totalCount, truncated }) {
      if (rowCount === 0) {
        return toast({ tone: "notice", title: `${name} has no members`, text: "There is nothing to export." });
      }
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
