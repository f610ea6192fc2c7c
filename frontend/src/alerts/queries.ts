// Queries about alerts. All keys begin with `alerts`, so that one invalidation covers them.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { apiOf } from "../shared/api.ts";

/** The server looks at alerts when a run ends, and every few minutes. */
const INTERVAL = 60_000;
const EVENTS = 20;

export const alertsQuery = queryOptions({
  queryKey: ["alerts", "list"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getAlerts", {}, { signal }),
  refetchInterval: INTERVAL,
});

/** What happened to one alert, or to all, newest first. */
export const alertEventsQuery = (alertId: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["alerts", "events", alertId],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call(
        "adminAudience.getAlertEvents",
        { alertId: alertId ?? null, limit: EVENTS, before: pageParam },
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ events }) => (events.length < EVENTS ? undefined : events.at(-1)?.id),
    placeholderData: keepPreviousData,
    refetchInterval: INTERVAL,
  });
