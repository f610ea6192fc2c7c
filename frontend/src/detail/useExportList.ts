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

/** How long the message about an incomplete file stays, in milliseconds. */
const INCOMPLETE = 60_000;

/** `adviceFor` says how to get the rest of a list that was too long. `segment` is named if the list has all its members. */
export function useExportList<List extends Exported>(
  ask: () => Promise<List>,
  adviceFor: (list: List) => string,
  segment?: string,
) {
  return useMutation({
    mutationFn: ask,
    onSuccess(list) {
      const { csv, filename, rowCount, truncated } = list;
      if (rowCount === 0) {
        const nothing = "There is nothing to export";
        if (segment === undefined) return toast({ tone: "notice", title: nothing });
        return toast({ tone: "notice", title: `${segment} has no members`, text: `${nothing}.` });
      }
      download(csv, filename);
      const title = `${pluralize(rowCount, "row")} exported`;
      if (!truncated) return toast({ tone: "done", title, text: filename });
      toast({ tone: "notice", title: `Only ${title}`, text: adviceFor(list), duration: INCOMPLETE });
    },
    onError: (error) => toastError(error, `${segment ?? "The list"} was not exported`),
  });
}
