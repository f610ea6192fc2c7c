import { Button, Group } from "@mantine/core";
import type { Webhook } from "../api/client.ts";
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
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red.8" loading={deleting.isPending} onClick={() => deleting.mutate()}>
          Delete webhook
        </Button>
      </Group>
    </Dialog>
  );
}
