// Errors in plain words: what happened and what to do.
import { type Fault, RpcError, TransportError } from "../api/client.ts";
import { capitalize, pluralize } from "./format.ts";

const CONTACT = "If it happens again, contact your administrator.";

export interface ErrorMessage {
  title: string;
  text: string;
}

export function isConnectionError(error: unknown): boolean {
  if (error instanceof TransportError) return error.status >= 502;
  // What `fetch` throws when nobody answers. An aborted request is not a TypeError.
  return error instanceof TypeError;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof RpcError && error.is("NotFound");
}

export function faultsOf(error: unknown): Fault[] {
  return error instanceof RpcError && error.is("InvalidParams") ? error.data.faults : [];
}

export type Role = "ADMIN" | "SUPERADMIN";

/** The message for the user, who needs a role for what was asked, and has waited for some seconds since. */
export function errorMessage(error: unknown, neededRole: Role = "ADMIN", waited = 0): ErrorMessage {
  if (error instanceof RpcError) return rpcErrorMessage(error, neededRole, waited);
  if (isConnectionError(error)) {
    return { title: "The server cannot be reached", text: "Check your connection. Your work is kept." };
  }
  return { title: "Unexpected response", text: "Try again, or contact your administrator." };
}

function rpcErrorMessage(error: RpcError, neededRole: Role, waited: number): ErrorMessage {
  if (error.is("NotAuthenticated")) return { title: "Not signed in", text: "Sign in with a valid token." };
  if (error.is("NotAllowed")) {
    return {
      title: "Your role doesn't allow this",
      text: `You need the ${neededRole} role. Ask your administrator.`,
    };
  }
  if (error.is("TooManyRequests")) {
    return { title: "Too many requests", text: waitText(error.data.retryAfter - waited) };
  }
  if (error.is("NotFound")) return { title: "Not found", text: `${capitalize(error.data.what)} no longer exists.` };
  if (error.is("Conflict")) return { title: "Not possible right now", text: `${error.message}.` };
  if (error.is("TryAgain")) return { title: "The database is busy", text: "Try again in a moment." };
  if (error.is("TooLong")) {
    return {
      title: "Counting takes too long",
      text: "The server stopped. Choose fewer segments, a shorter range, or search for fewer people. The command segmentation-engine report takes as long as it needs.",
    };
  }
  if (error.is("InvalidParams")) {
    return { title: "Some values aren't valid", text: error.data.faults.map(({ message }) => message).join("; ") };
  }
  const id = error.requestId === undefined ? "" : ` Mention request ${error.requestId}.`;
  return { title: "Something went wrong on the server", text: `Try again. ${CONTACT}${id}` };
}

/** The seconds for which the server takes no more requests. Nothing for any other error. */
export function retryAfter(error: unknown): number | undefined {
  return error instanceof RpcError && error.is("TooManyRequests") ? error.data.retryAfter : undefined;
}

function waitText(seconds: number): string {
  return seconds > 0 ? `Try again in ${pluralize(seconds, "second")}.` : "You can try again now.";
}
