// Queries and mutations ask the client of the API that their query client was made with.
import { type MutationCache, type QueryCache, QueryClient, useQueryClient } from "@tanstack/react-query";
import { type Client, RpcError } from "../api/client.ts";

const apis = new WeakMap<QueryClient, Client>();

interface Caches {
  queryCache?: QueryCache;
  mutationCache?: MutationCache;
}

export function createQueryClient(api: Client, caches: Caches = {}): QueryClient {
  const client = new QueryClient({
    ...caches,
    defaultOptions: {
      queries: { retry: shouldRetry, retryDelay: 800, staleTime: 15_000, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
  return withApi(client, api);
}

/** The query client, for which queries and mutations ask this client of the API. */
export function withApi(client: QueryClient, api: Client): QueryClient {
  apis.set(client, api);
  return client;
}

export function apiOf(client: QueryClient): Client {
  const api = apis.get(client);
  if (api === undefined) throw new Error("The query client was not made by createQueryClient");
  return api;
}

export function useApi(): Client {
  return apiOf(useQueryClient());
}

/** Once, and only where the same question may well be answered a moment later. */
function shouldRetry(failures: number, error: Error): boolean {
  return failures < 1 && error instanceof RpcError && error.is("TryAgain");
}
