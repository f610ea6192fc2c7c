// Whom an admin added or excluded, as a file.
import type { OverrideKind } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { formatNumber } from "../shared/format.ts";
import { givenText, type SegmentKey } from "./queries.ts";
import { useExportList } from "./useExportList.ts";

export function useExportOverrides(key: SegmentKey, decision: OverrideKind, searched: string) {
  const api = useApi();
  const asked = { ...key, decision, searchQuery: givenText(searched) };
  return useExportList(
    () => api.call("adminAudience.exportSegmentOverrides", asked),
    ({ totalCount }) => `There are ${formatNumber(totalCount)}. Search for the ones you need.`,
  );
}
