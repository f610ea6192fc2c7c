// The client of this console, and what every answer and every refusal means for it as a whole.
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { createClient, RpcError } from "../api/client.ts";
import { isConnectionError } from "../shared/errorMessages.ts";
import { reportOffline, reportOnline } from "./connection.ts";
import { currentToken, signOut } from "./session.ts";

export const api = createClient({ url: "/rpc", token: () => currentToken() ?? "" });

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onApiError, onSuccess: reportOnline }),
  mutationCache: new MutationCache({ onError: onApiError, onSuccess: reportOnline }),
  defaultOptions: {
    queries: { retry: shouldRetry, retryDelay: 800, staleTime: 15_000, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});

/** An invalid token ends the session; a lost connection shows a notice at the top of the page. */
function onApiError(error: Error) {
  if (error instanceof RpcError && error.is("NotAuthenticated")) {
    signOut("Your token is no longer valid.");
  } else if (isConnectionError(error)) reportOffline();
}

/** Once, and only where the same question may well be answered a moment later. */
function shouldRetry(failures: number, error: Error): boolean {
  return failures < 1 && error instanceof RpcError && error.is("TryAgain");
}
