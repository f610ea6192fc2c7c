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
    <Dialog title="Delete the webhook?" onClose={onClose}>
      <div className={dialogs.body}>
        <p>
          <strong className="isolated">{webhook.url}</strong>
        </p>
        <p>
          Its secret and its list of messages go, and this cannot be undone. {waitingText(webhook)} To stop messages for
          a while, switch it off instead.
        </p>
        <p className="quiet">This needs the role SUPERADMIN.</p>
        {deleting.error !== null && <ErrorNotice error={deleting.error} neededRole="SUPERADMIN" />}
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button color="red.8" loading={deleting.isPending} onClick={() => deleting.mutate()}>
          Delete permanently
        </Button>
      </Group>
    </Dialog>
  );
}
