import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { GetSegmentResult } from "../api/client.ts";
import { useExport } from "../segments/useExport.ts";
import { useKeptFocus } from "../shared/useKeptFocus.ts";

export function ExportButton({ segment }: { segment: GetSegmentResult }) {
  const { exportSegment, isExporting } = useExport(segment);
  const button = useKeptFocus(isExporting);
  return (
    <Button
      ref={button}
      variant="default"
      size="sm"
      leftSection={<IconDownload size={16} />}
      loading={isExporting}
      onClick={exportSegment}
    >
      Export
    </Button>
  );
}
