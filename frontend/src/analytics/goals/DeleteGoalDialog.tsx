import type { Goal } from "../../api/client.ts";
import { ConfirmButtons } from "../../shared/ConfirmButtons.tsx";
import { Dialog } from "../../shared/Dialog.tsx";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import { useDeleteGoal } from "./mutations.ts";

interface Props {
  goal: Goal;
  onDeleted: () => void;
  onClose: () => void;
}

export function DeleteGoalDialog({ goal, onDeleted, onClose }: Props) {
  const deleting = useDeleteGoal(goal);
  return (
    <Dialog title={`Delete ${goal.name}?`} onClose={onClose}>
      <p>Saved addresses of reports with this goal stop working. No figures change.</p>
      {deleting.error !== null && <ErrorNotice error={deleting.error} />}
      <ConfirmButtons
        isDangerous
        isPending={deleting.isPending}
        onCancel={onClose}
        onConfirm={() =>
          deleting.mutate(undefined, {
            onSuccess() {
              onDeleted();
              onClose();
            },
          })
        }
      >
        Delete goal
      </ConfirmButtons>
    </Dialog>
  );
}
