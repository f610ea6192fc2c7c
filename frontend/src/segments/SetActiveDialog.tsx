import { Text } from "@mantine/core";
import type { ListedSegment } from "../api/client.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { pluralize } from "../shared/format.ts";
import { Notice } from "../shared/Notice.tsx";
import { useSelection } from "./table/useSelection.ts";
import { useSetAllActive } from "./useSetAllActive.ts";

interface Props {
  segments: ListedSegment[];
  /** How many of those that are selected are built in, and stay active. */
  leftOut: number;
  isActive: boolean;
  onClose: () => void;
}

/** Names the segments before they are archived or activated. */
export function SetActiveDialog({ segments, leftOut, isActive, onClose }: Props) {
  const { clear } = useSelection();
  const setting = useSetAllActive(isActive);
  const what = `${isActive ? "Activate" : "Archive"} ${pluralize(segments.length, "segment")}`;
  return (
    <Dialog title={`${what}?`} onClose={onClose}>
      <Text size="sm">
        {isActive
          ? "Runs evaluate these segments again. Their members change now."
          : "Runs skip these segments. Their members stay as they are."}
      </Text>
      <ul style={{ maxHeight: 240, overflow: "auto" }}>
        {segments.map(({ id, name, userCount }) => (
          <li key={id} className="isolated">
            {name}: {pluralize(userCount, "member")}
          </li>
        ))}
      </ul>
      {leftOut > 0 && <Notice>{pluralize(leftOut, "built-in segment")} can't be archived and will be left out.</Notice>}
      <ConfirmButtons
        isPending={setting.isPending}
        onCancel={onClose}
        onConfirm={() => setting.mutate(segments, { onSuccess: clear, onSettled: onClose })}
      >
        {what}
      </ConfirmButtons>
    </Dialog>
  );
}
