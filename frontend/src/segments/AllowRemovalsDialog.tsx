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
  /** Whether the run had more issues than are known here. */
  isPartial: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

/** Names every segment that loses members, and how many, before a run may remove them. */
export function AllowRemovalsDialog({ heldBack, isPartial, onConfirm, onClose }: Props) {
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
        {isPartial
          ? "The last run had more issues than are listed here. Other segments may lose members too."
          : "The run covers all segments. If more users stopped matching since the last run, they leave too."}
      </Notice>
      <ConfirmButtons
        isDangerous
        onCancel={onClose}
        onConfirm={() => {
          onConfirm();
          onClose();
        }}
      >
        Remove {pluralize(total, "member")}
      </ConfirmButtons>
    </Dialog>
  );
}
