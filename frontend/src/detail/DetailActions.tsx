import { Button } from "@mantine/core";
import { IconHistory, IconTarget } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import type { GetSegmentResult } from "../api/client.ts";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import { VersionsDialog } from "./dialogs.ts";
import { EditLink } from "./EditLink.tsx";
import { ExportButton } from "./ExportButton.tsx";

/** What can be done with all of a segment, in its dialog. */
export function DetailActions({ segment }: { segment: GetSegmentResult }) {
  return (
    <>
      <EditLink segment={segment} />
      {segment.type === "custom" && <VersionsButton segment={segment} />}
      <ButtonLink
        to="/analytics/conversion"
        search={{ segment: `${segment.segmentType}:${segment.segmentValue}` }}
        variant="default"
        size="sm"
        leftSection={<IconTarget size={16} />}
      >
        Conversion
      </ButtonLink>
      <ExportButton segment={segment} />
    </>
  );
}

function VersionsButton({ segment }: { segment: GetSegmentResult }) {
  const [isLookingBack, setIsLookingBack] = useState(false);
  return (
    <>
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
