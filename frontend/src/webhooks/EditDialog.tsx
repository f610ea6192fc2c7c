import { useState } from "react";
import type { Webhook } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { Secret } from "../shared/Secret.tsx";
import { toast } from "../shared/toasts.ts";
import { type Change, useSaveWebhook } from "./mutations.ts";
import { WebhookForm } from "./WebhookForm.tsx";
import { TO_COPY } from "./words.ts";

interface Props {
  /** Nothing for a new one. */
  webhook?: Webhook;
  onClose: () => void;
}

/**
 * Adds or changes a webhook. From when one is added, only a button below the secret closes the dialog, so that nobody loses
 * it by accident.
 */
export function EditDialog({ webhook, onClose }: Props) {
  // The list goes on being fetched. What is compared with is what the form began with.
  const [before] = useState(webhook);
  const saving = useSaveWebhook(before);
  const secret = saving.data?.secret;
  function save(change: Change) {
    saving.mutate(change, {
      onSuccess(result) {
        toast({ tone: "done", title: before === undefined ? "Webhook added" : "Webhook saved" });
        if (result.secret === null) onClose();
      },
    });
  }
  if (typeof secret === "string") {
    return (
      <Dialog title="Webhook added" size={560}>
        <Secret secret={secret} onClose={onClose}>
          <span>{TO_COPY}</span>
        </Secret>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={before === undefined ? "Add webhook" : "Edit webhook"}
      size={560}
      onClose={saving.isPending ? undefined : onClose}
    >
      <WebhookForm before={before} error={saving.error} isSaving={saving.isPending} onSave={save} onCancel={onClose} />
    </Dialog>
  );
}
