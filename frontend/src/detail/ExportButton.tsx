import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { GetSegmentResult } from "../api/client.ts";
import { useExport } from "../segments/useExport.ts";

export function ExportButton({ segment }: { segment: GetSegmentResult }) {
  const { exportSegment, isExporting } = useExport(segment);
  return (
    <Button
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
