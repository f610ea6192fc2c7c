import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import type { ReportName } from "../../api/client.ts";
import { useExportReport } from "./useExportReport.ts";

interface Props {
  report: ReportName;
  params: object;
  table: string;
  /** What is exported, such as `rates by week`. */
  what: string;
}

export function ExportButton({ report, params, table, what }: Props) {
  const exporting = useExportReport({ report, params: { ...params }, table });
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={15} />}
      aria-label={`Export ${what}`}
      aria-disabled={exporting.isPending}
      onClick={() => exporting.isPending || exporting.mutate()}
    >
      {exporting.isPending ? "Exporting…" : "Export"}
    </Button>
  );
}
