// Queries about webhooks. All keys begin with `webhooks`, so that one invalidation covers them.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { DeliveryState } from "../api/client.ts";
import { apiOf } from "../shared/api.ts";

/** How often a list is fetched, in milliseconds. */
const INTERVAL = 5_000;
/** How often while a message waits, which may be sent within a second. */
const WAITING_INTERVAL = 2_000;
const DELIVERIES = 20;

export const webhooksQuery = queryOptions({
  queryKey: ["webhooks", "list"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getWebhooks", {}, { signal }),
  refetchInterval: ({ state: { data } }) =>
    data?.webhooks.some(({ waiting }) => waiting > 0) ? WAITING_INTERVAL : INTERVAL,
});

/** The messages to a webhook, newest first. */
export const deliveriesQuery = (webhookId: string, deliveryState: DeliveryState | undefined) =>
  infiniteQueryOptions({
    queryKey: ["webhooks", "deliveries", webhookId, deliveryState],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call(
        "adminAudience.getWebhookDeliveries",
        { webhookId, state: deliveryState ?? null, limit: DELIVERIES, cursor: pageParam },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
    placeholderData: keepPreviousData,
    refetchInterval({ state: { data } }) {
      const isWaiting = data?.pages.some(({ deliveries }) => deliveries.some(({ state }) => state === "waiting"));
      return isWaiting ? WAITING_INTERVAL : INTERVAL;
    },
  });
