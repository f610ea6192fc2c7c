// The client of this console, and what every answer and every refusal means for it as a whole.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createClient, RpcError } from "../api/client.ts";
import { isLostConnection } from "../shared/said.ts";
import { noteAnswer, noteLoss } from "./connection.ts";
import { currentToken, signOut } from "./session.ts";

export const api = createClient({ url: "/rpc", token: () => currentToken() ?? "" });

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: heed, onSuccess: noteAnswer }),
  mutationCache: new MutationCache({ onError: heed, onSuccess: noteAnswer }),
  defaultOptions: {
    queries: { retry: isWorthARetry, retryDelay: 800, staleTime: 15_000, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});

/** A token that is void ends the session wherever that shows first; a lost connection is said at the top of the page. */
function heed(error: Error) {
  if (error instanceof RpcError && error.is("NotAuthenticated")) {
    signOut("The token is not valid, or not valid any more.");
  } else if (isLostConnection(error)) noteLoss();
}

/** Once, and only where the same question may well be answered a moment later. */
function isWorthARetry(failures: number, error: Error): boolean {
  return failures < 1 && error instanceof RpcError && error.is("TryAgain");
}
