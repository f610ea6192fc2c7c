// Where sync stands. The list of segments asks for it too, so it is not in the chunk of sync.
import { queryOptions } from "@tanstack/react-query";
import { apiOf } from "../shared/api.ts";
import { isActive } from "../shared/isActive.ts";

/** How often the progress is fetched, in milliseconds. */
export const ACTIVE_INTERVAL = 1_000;
/** How often new events are looked for, in milliseconds. */
export const IDLE_INTERVAL = 10_000;

/** One query for all segments. It is refetched only while a sync is active. */
export const syncStatusQuery = queryOptions({
  queryKey: ["sync", "status"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getSyncStatus", {}, { signal }),
  refetchInterval: ({ state }) => (isActive(state.data?.activeRun) ? ACTIVE_INTERVAL : false),
});
