import { useState } from "react";
import type { Webhook } from "../api/client.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
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
    const title = isOn ? "Webhook turned off" : "Webhook turned on";
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
    <Dialog title={isOn ? "Turn off webhook?" : "Turn on webhook?"} onClose={onClose}>
      <div className={dialogs.body}>
        <p>
          <strong className="isolated">{webhook.url}</strong>
        </p>
        <p>
          {isOn
            ? `It receives nothing until you turn it on again. ${waitingText(webhook)}`
            : "It receives changes from now on. The receiver must reload the members, since it missed what changed while the webhook was off."}
        </p>
        <p className="quiet">Requires the SUPERADMIN role.</p>
        {saving.error !== null && <ErrorNotice error={saving.error} neededRole="SUPERADMIN" />}
      </div>
      <ConfirmButtons isDangerous={isOn} isPending={saving.isPending} onCancel={onClose} onConfirm={save}>
        {isOn ? "Turn off" : "Turn on"}
      </ConfirmButtons>
    </Dialog>
  );
}
