import type { PeopleSort } from "../app/routes.ts";
import { ExportListButton } from "./ExportListButton.tsx";
import type { SegmentKey } from "./queries.ts";
import { useExportMembers } from "./useExportMembers.ts";

interface Props {
  segmentKey: SegmentKey;
  name: string;
  searched: string;
  order: PeopleSort | undefined;
}

export function ExportMembers({ segmentKey, name, searched, order }: Props) {
  const exporting = useExportMembers(segmentKey, name, searched, order);
  return (
    <ExportListButton exporting={exporting}>{searched === "" ? "Export members" : "Export found"}</ExportListButton>
  );
}
