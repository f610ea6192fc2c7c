// What an admin does with webhooks.
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SaveWebhookParams, Webhook, WebhookDelivery } from "../api/client.ts";
import { announce } from "../shared/Announcer.tsx";
import { useApi } from "../shared/api.ts";
import { toast, toastError } from "../shared/toasts.ts";
import { webhooksQuery } from "./queries.ts";
import { testText } from "./words.ts";

/** What is left out stays as it is stored. */
export type Change = Omit<SaveWebhookParams, "webhookId">;

/** Creates a webhook, or changes the given one. The answer may have a secret, so it is not kept. */
export function useSaveWebhook(webhook: Webhook | undefined) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) =>
      api.call("adminAudience.saveWebhook", { ...(webhook && { webhookId: webhook.webhookId }), ...change }),
    gcTime: 0,
    // Not awaited: the dialog goes on at once.
    onSuccess: () => void client.invalidateQueries({ queryKey: ["webhooks"] }),
  });
}

export function useDeleteWebhook({ webhookId }: Webhook, onDeleted: () => void) {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => api.call("adminAudience.deleteWebhook", { webhookId }),
    onSuccess() {
      toast({ tone: "done", title: "Webhook deleted" });
      client.setQueryData(webhooksQuery.queryKey, (before) => ({
        webhooks: before?.webhooks.filter((webhook) => webhook.webhookId !== webhookId) ?? [],
      }));
      onDeleted();
      void client.invalidateQueries({ queryKey: webhooksQuery.queryKey });
    },
  });
}

/** Sends a message of the type `webhook.test`, and waits for the answer. */
export function useTestWebhook({ webhookId }: Webhook) {
  const api = useApi();
  return useMutation({
    mutationFn: () => api.call("adminAudience.testWebhook", { webhookId }),
    onSuccess: (result) => announce(testText(result)),
  });
}

/** Sends a message again. */
export function useResend() {
  const api = useApi();
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ messageId }: WebhookDelivery) => api.call("adminAudience.resendWebhookDelivery", { messageId }),
    async onSuccess() {
      toast({ tone: "done", title: "Message sent again" });
      await client.invalidateQueries({ queryKey: ["webhooks"] });
    },
    onError: (error) => toastError(error, "The message wasn't sent again"),
  });
}
