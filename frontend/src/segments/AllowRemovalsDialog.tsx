import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { formatNumber, pluralize } from "../shared/format.ts";
import { Notice } from "../shared/Notice.tsx";
import { type HeldBackIssue, quotedName } from "./health.ts";
import { segmentsQuery } from "./queries.ts";

interface Props {
  heldBack: HeldBackIssue[];
  /** Is given the ids of the segments that are named, and of no others. */
  onConfirm: (segments: string[]) => void;
  onClose: () => void;
}

/** Names every segment that may lose members, and how many, before a run may remove them. */
export function AllowRemovalsDialog({ heldBack, onConfirm, onClose }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  const total = heldBack.reduce((sum, { leaving }) => sum + leaving, 0);
  return (
    <Dialog title="Allow these removals?" onClose={onClose}>
      <Text size="sm">The run will remove these members. You can't undo this.</Text>
      <ul>
        {heldBack.map(({ segment, leaving, members }) => (
          <li key={segment} className="isolated">
            {quotedName(segment, segments)}: <strong>{formatNumber(leaving)}</strong> of {pluralize(members, "member")}
          </li>
        ))}
      </ul>
      <Notice tone="warning">
        Only {heldBack.length === 1 ? "this segment" : "these segments"} may lose so many. If more users stopped
        matching since the last run, they leave too.
      </Notice>
      <ConfirmButtons
        isDangerous
        onCancel={onClose}
        onConfirm={() => {
          onConfirm(heldBack.map(({ segment }) => segment));
          onClose();
        }}
      >
        Remove {pluralize(total, "member")}
      </ConfirmButtons>
    </Dialog>
  );
}
