// A list of people of a segment, as a file.
import { useMutation } from "@tanstack/react-query";
import { download } from "../shared/download.ts";
import { pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";

interface Exported {
  csv: string;
  filename: string;
  rowCount: number;
  truncated: boolean;
}

/** `adviceFor` says how to get the rest of a list that was too long. */
export function useExportList<List extends Exported>(ask: () => Promise<List>, adviceFor: (list: List) => string) {
  return useMutation({
    mutationFn: ask,
    onSuccess(list) {
      const { csv, filename, rowCount, truncated } = list;
      if (rowCount === 0) return toast({ tone: "notice", title: "There is nothing to export" });
      download(csv, filename);
      const title = `${pluralize(rowCount, "row")} exported`;
      if (!truncated) return toast({ tone: "done", title, text: filename });
      toast({ tone: "notice", title: `Only ${title}`, text: adviceFor(list) });
    },
    onError: (error) => toastError(error, "The list was not exported"),
  });
}
