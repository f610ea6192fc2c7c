import type { OverrideKind } from "../api/client.ts";
import { ExportListButton } from "./ExportListButton.tsx";
import type { SegmentKey } from "./queries.ts";
import { useExportOverrides } from "./useExportOverrides.ts";

interface Props {
  segmentKey: SegmentKey;
  decision: OverrideKind;
  searched: string;
}

const ACTIONS: Record<OverrideKind, string> = { include: "Export added", exclude: "Export excluded" };

export function ExportOverrides({ segmentKey, decision, searched }: Props) {
  const exporting = useExportOverrides(segmentKey, decision, searched);
  return <ExportListButton exporting={exporting}>{ACTIONS[decision]}</ExportListButton>;
}
