// A segment as a file.
import { useExportList } from "../detail/useExportList.ts";
import { useApi } from "../shared/api.ts";
import { adviceForAll, allMembers } from "./allMembers.ts";
import type { ExportedSegment } from "./exportToFile.ts";

export function useExport(segment: ExportedSegment) {
  const api = useApi();
  const exporting = useExportList(() => allMembers(api, segment), adviceForAll, segment.name);
  return { exportSegment: () => exporting.mutate(), isExporting: exporting.isPending };
}
