import { Button, Group } from "@mantine/core";
import { useState } from "react";
import type { Webhook } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { toast } from "../shared/toasts.ts";
import dialogs from "../sync/SyncDialogs.module.css";
import { useSaveWebhook } from "./mutations.ts";
import { waitingText } from "./words.ts";

interface Props {
  webhook: Webhook;
  onClose: () => void;
}

/** Switches a webhook off or on. */
export function SwitchDialog({ webhook, onClose }: Props) {
  const saving = useSaveWebhook(webhook);
  // The list goes on being fetched. What the dialog asks stays what it asked first.
  const [isOn] = useState(webhook.state === "on");
  function save() {
    const title = isOn ? "The webhook is off" : "The webhook is on";
    saving.mutate(
      { state: isOn ? "off" : "on" },
      {
        onSuccess() {
          toast({ tone: "done", title });
          onClose();
        },
      },
    );
  }
  return (
    <Dialog title={isOn ? "Switch off the webhook?" : "Switch on the webhook?"} onClose={onClose}>
      <div className={dialogs.body}>
        <p>
          <strong className="isolated">{webhook.url}</strong>
        </p>
        <p>
          {isOn
            ? `It is told nothing until you switch it on again. ${waitingText(webhook)}`
            : "It is told what changes from now on. The receiver has to read the members anew, since it missed what happened while the webhook was off."}
        </p>
        <p className="quiet">This needs the role SUPERADMIN.</p>
        {saving.error !== null && <ErrorNotice error={saving.error} neededRole="SUPERADMIN" />}
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button {...(isOn ? { color: "red.8" } : {})} loading={saving.isPending} onClick={save}>
          {isOn ? "Switch off" : "Switch on"}
        </Button>
      </Group>
    </Dialog>
  );
}
