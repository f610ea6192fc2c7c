import { Button } from "@mantine/core";
import { IconDownload, IconHistory, IconPencil, IconTarget } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import type { GetSegmentResult } from "../api/client.ts";
import { useExport } from "../segments/useExport.ts";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import { VersionsDialog } from "./dialogs.ts";

/** What can be done with all of a segment. */
export function DetailActions({ segment }: { segment: GetSegmentResult }) {
  const { exportSegment, isExporting } = useExport(segment);
  return (
    <>
      {segment.type === "custom" && <CustomActions segment={segment} />}
      <ButtonLink
        to="/analytics/conversion"
        search={{ segment: `${segment.segmentType}:${segment.segmentValue}` }}
        variant="default"
        size="sm"
        leftSection={<IconTarget size={16} />}
      >
        Conversion
      </ButtonLink>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconDownload size={16} />}
        loading={isExporting}
        onClick={exportSegment}
      >
        Export
      </Button>
    </>
  );
}

function CustomActions({ segment }: { segment: GetSegmentResult }) {
  const [isLookingBack, setIsLookingBack] = useState(false);
  return (
    <>
      <ButtonLink
        to="/segments/$id/edit"
        params={{ id: segment.segmentValue }}
        variant="default"
        size="sm"
        leftSection={<IconPencil size={16} />}
      >
        Edit
      </ButtonLink>
      <Button
        variant="default"
        size="sm"
        leftSection={<IconHistory size={16} />}
        onClick={() => setIsLookingBack(true)}
      >
        Versions
      </Button>
      <Suspense>
        {isLookingBack && <VersionsDialog segment={segment} onClose={() => setIsLookingBack(false)} />}
      </Suspense>
    </>
  );
}
