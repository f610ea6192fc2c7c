// The client of this console, and what every answer and every refusal means for it as a whole.
import { MutationCache, QueryCache } from "@tanstack/react-query";
import { createClient, RpcError } from "../api/client.ts";
import { createQueryClient } from "../shared/api.ts";
import { isConnectionError } from "../shared/errorMessages.ts";
import { reportOffline, reportOnline } from "./connection.ts";
import { currentToken, signOut } from "./session.ts";

const api = createClient({ url: "/rpc", token: () => currentToken() ?? "" });

export const queryClient = createQueryClient(api, {
  queryCache: new QueryCache({ onError: onApiError, onSuccess: reportOnline }),
  mutationCache: new MutationCache({ onError: onApiError, onSuccess: reportOnline }),
});

/** An invalid token ends the session; a lost connection shows a notice at the top of the page. */
function onApiError(error: Error) {
  if (error instanceof RpcError && error.is("NotAuthenticated")) {
    signOut("Your token is no longer valid.");
  } else if (isConnectionError(error)) reportOffline();
}
