// One query client for each client of the API, so that all screens with the same one show the same. Keys of the app around them are
// in a query client of its own.
import type { QueryClient } from "@tanstack/react-query";
import type { Client } from "../api/client.ts";
import { createQueryClient } from "../shared/api.ts";

const queryClients = new WeakMap<Client, QueryClient>();

export function queryClientOf(api: Client): QueryClient {
  const known = queryClients.get(api);
  if (known !== undefined) return known;
  const made = createQueryClient(api);
  queryClients.set(api, made);
  return made;
}
