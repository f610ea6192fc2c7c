import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { type CsvCell, csvOf } from "./csv.ts";
import { download } from "./download.ts";
import { pluralize } from "./format.ts";
import { toast } from "./toasts.ts";

interface Props {
  /** What is exported, such as `members by day`. */
  what: string;
  filename: string;
  header: readonly string[];
  rows: readonly (readonly CsvCell[])[];
}

/** The numbers of a table that is on the page, as a file. It is there before the numbers, so that nothing moves. */
export function ExportTable({ what, filename, header, rows }: Props) {
  function save() {
    if (rows.length === 0) return;
    download(csvOf(header, rows), filename);
    toast({ tone: "done", title: `${pluralize(rows.length, "row")} exported`, text: filename });
  }
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={15} />}
      aria-label={`Export ${what}`}
      aria-disabled={rows.length === 0}
      onClick={save}
    >
      Export
    </Button>
  );
}
