// Who joined or left, as a file.
import type { MovementKind } from "../api/client.ts";
import { useApi } from "../shared/api.ts";
import { givenText, type SegmentKey, startOfPeriod } from "./queries.ts";
import { useExportList } from "./useExportList.ts";

export function useExportMovements(key: SegmentKey, movement: MovementKind, days: number, searched: string) {
  const api = useApi();
  return useExportList(
    () => {
      const asked = { ...key, movement, from: startOfPeriod(days), searchQuery: givenText(searched) };
      return api.call("adminAudience.exportSegmentMovements", asked);
    },
    () => "There are more. Choose a shorter period.",
  );
}
