import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { OverrideKind } from "../api/client.ts";
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
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={16} />}
      loading={exporting.isPending}
      onClick={() => exporting.mutate()}
    >
      {ACTIONS[decision]}
    </Button>
  );
}
