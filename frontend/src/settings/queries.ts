import { queryOptions } from "@tanstack/react-query";
import { apiOf } from "../shared/api.ts";

export const attributesQuery = queryOptions({
  queryKey: ["fields", "attributes"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getAttributes", {}, { signal }),
});

export const tokensQuery = queryOptions({
  queryKey: ["tokens"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getTokens", {}, { signal }),
});

export const eventNamesQuery = queryOptions({
  queryKey: ["fields", "eventNames"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getEventNames", {}, { signal }),
});

/** What the server says about itself. */
export const aboutQuery = queryOptions({
  queryKey: ["about"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getServerInfo", {}, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
