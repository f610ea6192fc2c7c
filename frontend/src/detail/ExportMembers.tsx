import { Button } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import type { PeopleSort } from "../app/routes.ts";
import { ExportDialog } from "./dialogs.ts";
import { ExportListButton } from "./ExportListButton.tsx";
import type { SegmentKey } from "./queries.ts";
import { useExportFound } from "./useExportFound.ts";

interface Props {
  segmentKey: SegmentKey;
  name: string;
  searched: string;
  order: PeopleSort | undefined;
}

/** All members, after a question what to export, or those whom the search finds. */
export function ExportMembers({ segmentKey, name, searched, order }: Props) {
  const exporting = useExportFound(segmentKey, name, searched, order);
  const [isOpen, setIsOpen] = useState(false);
  if (searched !== "") return <ExportListButton exporting={exporting}>Export found</ExportListButton>;
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconDownload size={16} />}
        onClick={() => setIsOpen(true)}
      >
        Export members…
      </Button>
      <Suspense>
        {isOpen && <ExportDialog segmentKey={segmentKey} name={name} onClose={() => setIsOpen(false)} />}
      </Suspense>
    </>
  );
}
