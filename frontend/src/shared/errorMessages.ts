// Errors in plain words: what happened, and what can be done about it.
import { type Fault, RpcError, TransportError } from "../api/client.ts";

export interface ErrorMessage {
  title: string;
  text: string;
}

export function isConnectionError(error: unknown): boolean {
  if (error instanceof TransportError) return error.status >= 502;
  // What `fetch` throws when nobody answers. An abort is none.
  return error instanceof TypeError;
}

export function isNotFound(error: unknown): boolean {
  return error instanceof RpcError && error.is("NotFound");
}

export function faultsOf(error: unknown): Fault[] {
  return error instanceof RpcError && error.is("InvalidParams") ? error.data.faults : [];
}

/** What a person reads. */
export function errorMessage(error: unknown): ErrorMessage {
  if (error instanceof RpcError) return rpcErrorMessage(error);
  if (isConnectionError(error)) {
    return { title: "The server cannot be reached", text: "Check the connection. Nothing you typed is lost." };
  }
  return { title: "The server gave an answer that makes no sense", text: "Try again, or ask who runs it." };
}

function rpcErrorMessage(error: RpcError): ErrorMessage {
  if (error.is("NotAuthenticated")) return { title: "Not signed in", text: "Sign in with a valid token." };
  if (error.is("NotAllowed")) {
    return { title: "Your role does not allow this", text: "It takes the role ADMIN. Ask whoever made your token." };
  }
  if (error.is("TooManyRequests")) {
    return { title: "Too many requests", text: `You can go on in ${inSeconds(error.data.retryAfter)}.` };
  }
  if (error.is("NotFound")) return { title: "It is not there", text: `There is no ${error.data.what} any more.` };
  if (error.is("Conflict")) return { title: "This is not possible now", text: `${error.message}.` };
  if (error.is("TryAgain")) return { title: "The database is busy", text: "Try again in a moment." };
  if (error.is("InvalidParams")) {
    return { title: "Something does not fit", text: error.data.faults.map(({ message }) => message).join("; ") };
  }
  const id = error.requestId === undefined ? "" : ` Its number is ${error.requestId}.`;
  return { title: "Something went wrong on the server", text: `Try again, or tell who runs it.${id}` };
}

function inSeconds(count: number): string {
  return count === 1 ? "a second" : `${count} seconds`;
}
