// Several segments, each as a file.
import { useMutation } from "@tanstack/react-query";
import type { ListedSegment } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { MOST_ROWS } from "./allMembers.ts";
import { exportToFile } from "./exportToFile.ts";

export function useBulkExport() {
  const api = useApi();
  const exporting = useMutation({
    async mutationFn(segments: ListedSegment[]) {
      const cut: string[] = [];
      let files = 0;
      for (const segment of segments) {
        const { rowCount, truncated } = await exportToFile(api, segment);
        if (rowCount > 0) files += 1;
        if (truncated) cut.push(segment.name);
      }
      return { files, cut };
    },
    onSuccess({ files, cut }) {
      if (files === 0) return toast({ tone: "notice", title: "There is nothing to export" });
      toast({
        tone: cut.length === 0 ? "done" : "notice",
        title: `${pluralize(files, "file")} exported`,
        text:
          cut.length === 0
            ? undefined
            : `Not all members of ${cut.join(", ")}: a file has at most ${formatNumber(MOST_ROWS)}.`,
      });
    },
    onError: (error) => toastError(error, "Not all segments were exported"),
  });
  return { exportAll: exporting.mutate, isExporting: exporting.isPending };
}
