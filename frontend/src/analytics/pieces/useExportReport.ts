// A table of a report as a file.
import { useMutation } from "@tanstack/react-query";
import type { ExportReportParams } from "../../api/client.ts";
import { useApi } from "../../shared/api.ts";
import { download } from "../../shared/download.ts";
import { pluralize } from "../../shared/format.ts";
import { toast, toastError } from "../../shared/toasts.ts";

export function useExportReport(params: ExportReportParams) {
  const api = useApi();
  return useMutation({
    mutationFn: () => api.call("adminAudience.exportReport", params),
    onSuccess({ csv, filename, rowCount }) {
      download(csv, filename);
      toast({ tone: "done", title: `${pluralize(rowCount, "row")} exported`, text: filename });
    },
    onError: (error) => toastError(error, "The table was not exported"),
  });
}
