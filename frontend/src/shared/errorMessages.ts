// Errors in plain words: what happened and what to do.
import { type Fault, RpcError, TransportError } from "../api/client.ts";
import { capitalize } from "./format.ts";

const CONTACT = "If it happens again, tell the people who run this server.";

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

/** The message for the user, who needs a role for what was asked. */
export function errorMessage(error: unknown, neededRole: Role = "ADMIN"): ErrorMessage {
  if (error instanceof RpcError) return rpcErrorMessage(error, neededRole);
  if (isConnectionError(error)) {
    return { title: "The server cannot be reached", text: "Check your connection. Nothing you typed is lost." };
  }
  return { title: "Unexpected answer from the server", text: `Try again. ${CONTACT}` };
}

function rpcErrorMessage(error: RpcError, neededRole: Role): ErrorMessage {
  if (error.is("NotAuthenticated")) return { title: "Not signed in", text: "Sign in with a valid token." };
  if (error.is("NotAllowed")) {
    return {
      title: "Your role does not allow this",
      text: `You need the role ${neededRole}. Ask the person who created your token.`,
    };
  }
  if (error.is("TooManyRequests")) {
    return { title: "Too many requests", text: `Try again in ${inSeconds(error.data.retryAfter)}.` };
  }
  if (error.is("NotFound")) return { title: "Not found", text: `${capitalize(error.data.what)} no longer exists.` };
  if (error.is("Conflict")) return { title: "This is not possible right now", text: `${error.message}.` };
  if (error.is("TryAgain")) return { title: "The database is busy", text: "Try again in a moment." };
  if (error.is("InvalidParams")) {
    return { title: "Some values are not valid", text: error.data.faults.map(({ message }) => message).join("; ") };
  }
  const id = error.requestId === undefined ? "" : ` Mention request ${error.requestId}.`;
  return { title: "Something went wrong on the server", text: `Try again. ${CONTACT}${id}` };
}

function inSeconds(count: number): string {
  return count === 1 ? "1 second" : `${count} seconds`;
}
