import { IconPencil } from "@tabler/icons-react";
import type { GetSegmentResult } from "../api/client.ts";
import { ButtonLink } from "../shared/ButtonLink.tsx";

/** Nothing for a segment that is built in. */
export function EditLink({ segment: { type, segmentValue } }: { segment: GetSegmentResult }) {
  if (type !== "custom") return null;
  return (
    <ButtonLink
      to="/segments/$id/edit"
      params={{ id: segmentValue }}
      variant="default"
      size="sm"
      leftSection={<IconPencil size={16} />}
    >
      Edit
    </ButtonLink>
  );
}
