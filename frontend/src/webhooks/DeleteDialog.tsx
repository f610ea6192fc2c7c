import type { Webhook } from "../api/client.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import dialogs from "../sync/SyncDialogs.module.css";
import { useDeleteWebhook } from "./mutations.ts";
import { waitingText } from "./words.ts";

interface Props {
  webhook: Webhook;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteDialog({ webhook, onClose, onDeleted }: Props) {
  const deleting = useDeleteWebhook(webhook, onDeleted);
  return (
    <Dialog title="Delete webhook?" onClose={onClose}>
      <div className={dialogs.body}>
        <p>
          <strong className="isolated">{webhook.url}</strong>
        </p>
        <p>
          This deletes its secret and delivery history. You can't undo it. {waitingText(webhook)} To pause it, turn it
          off instead.
        </p>
        <p className="quiet">Requires the SUPERADMIN role.</p>
        {deleting.error !== null && <ErrorNotice error={deleting.error} neededRole="SUPERADMIN" />}
      </div>
      <ConfirmButtons isDangerous isPending={deleting.isPending} onCancel={onClose} onConfirm={() => deleting.mutate()}>
        Delete webhook
      </ConfirmButtons>
    </Dialog>
  );
}
