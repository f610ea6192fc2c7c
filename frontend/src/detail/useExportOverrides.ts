// Whom an admin added or excluded, as a file.
import { useMutation } from "@tanstack/react-query";
import type { OverrideKind } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { download } from "../shared/download.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { givenText, type SegmentKey } from "./queries.ts";

export function useExportOverrides(key: SegmentKey, decision: OverrideKind, searched: string) {
  const api = useApi();
  return useMutation({
    mutationFn: () =>
      api.call("adminAudience.exportSegmentOverrides", { ...key, decision, searchQuery: givenText(searched) }),
    onSuccess({ csv, filename, rowCount, totalCount, truncated }) {
      if (rowCount === 0) return toast({ tone: "notice", title: "There is nothing to export" });
      download(csv, filename);
      const title = `${pluralize(rowCount, "row")} exported`;
      if (!truncated) return toast({ tone: "done", title, text: filename });
      toast({
        tone: "notice",
        title: `Only ${title}`,
        text: `There are ${formatNumber(totalCount)}. Search for some.`,
      });
    },
    onError: (error) => toastError(error, "The list was not exported"),
  });
}
