// A query client that asks at the address of the console, without a second try.
import { QueryClient } from "@tanstack/react-query";
import { createClient } from "../api/client.ts";
import { withApi } from "../shared/api.ts";

export function testQueryClient(): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return withApi(client, createClient({ url: "/rpc" }));
}
