// Who joined or left, as a file.
import { useMutation } from "@tanstack/react-query";
import type { MovementKind } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { download } from "../shared/download.ts";
import { pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { givenText, type SegmentKey, startOfPeriod } from "./queries.ts";

export function useExportMovements(key: SegmentKey, movement: MovementKind, days: number, searched: string) {
  const api = useApi();
  return useMutation({
    mutationFn: () => {
      const asked = { ...key, movement, from: startOfPeriod(days), searchQuery: givenText(searched) };
      return api.call("adminAudience.exportSegmentMovements", asked);
    },
    onSuccess({ csv, filename, rowCount, truncated }) {
      if (rowCount === 0) return toast({ tone: "notice", title: "There is nothing to export" });
      download(csv, filename);
      const title = `${pluralize(rowCount, "row")} exported`;
      if (!truncated) return toast({ tone: "done", title, text: filename });
      toast({ tone: "notice", title: `Only ${title}`, text: "There are more. Choose a shorter period." });
    },
    onError: (error) => toastError(error, "The list was not exported"),
  });
}
