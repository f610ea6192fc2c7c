import { Button, Group } from "@mantine/core";
import type { Webhook } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { Secret } from "../shared/Secret.tsx";
import { Time } from "../shared/Time.tsx";
import dialogs from "../sync/SyncDialogs.module.css";
import { useSaveWebhook } from "./mutations.ts";
import { TO_COPY } from "./words.ts";

interface Props {
  webhook: Webhook;
  onClose: () => void;
}

/**
 * Makes a new secret, and shows it. From when it is asked for, only a button below the secret closes the dialog, so that
 * nobody loses it by accident.
 */
export function RotateDialog({ webhook, onClose }: Props) {
  const saving = useSaveWebhook(webhook);
  const secret = saving.data?.secret;
  if (typeof secret === "string") {
    return (
      <Dialog title="New secret" size={560}>
        <Secret secret={secret} onClose={onClose}>
          <span>{TO_COPY}</span>
          <span>The old secret works for 24 more hours. Until then, messages are signed with both.</span>
        </Secret>
      </Dialog>
    );
  }
  return (
    <Dialog title="Create a new secret?" onClose={saving.isPending ? undefined : onClose}>
      <div className={dialogs.body}>
        <p>
          Messages to <strong className="isolated">{webhook.url}</strong> are signed with the new secret and the current
          one for 24 hours, so nothing is lost while the receiver changes over. After that, only the new one is valid.
        </p>
        {webhook.formerSecretUntil !== null && (
          <p>
            The secret was changed less than 24 hours ago. The former one stays valid until{" "}
            <Time at={webhook.formerSecretUntil} />, and a new one can be created after that.
          </p>
        )}
        <p className="quiet">Requires the SUPERADMIN role.</p>
        {saving.error !== null && <ErrorNotice error={saving.error} neededRole="SUPERADMIN" />}
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" disabled={saving.isPending} onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          disabled={webhook.formerSecretUntil !== null}
          loading={saving.isPending}
          onClick={() => saving.mutate({ rotateSecret: true })}
        >
          Create new secret
        </Button>
      </Group>
    </Dialog>
  );
}
