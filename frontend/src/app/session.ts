// Who is signed in. The token lives in memory and in the storage of this tab, never in the address or beyond the tab.
import { useSyncExternalStore } from "react";

const KEY = "audience.token";
const IN_ADDRESS = /^#token=([\w.~+/=-]+)$/;

/** A session that has ended says why; the token of before is gone. */
export interface Session {
  token: string | undefined;
  endedBecause: string | undefined;
}

let session: Session = { token: stored(), endedBecause: undefined };
const listeners = new Set<() => void>();

export function currentToken(): string | undefined {
  return session.token;
}

export function signIn(token: string) {
  sessionStorage.setItem(KEY, token);
  change({ token, endedBecause: undefined });
}

export function signOut(endedBecause?: string) {
  sessionStorage.removeItem(KEY);
  // Whoever leaves on purpose leaves nothing behind; drafts wait for those whose session has merely ended.
  if (endedBecause === undefined) sessionStorage.clear();
  change({ token: undefined, endedBecause });
}

/** An address such as `/#token=…` signs in once; the token is removed from it, and from the history of the browser. */
export function signInByAddress(place: Location = window.location) {
  const token = IN_ADDRESS.exec(place.hash)?.[1];
  if (token === undefined) return;
  window.history.replaceState(null, "", place.pathname + place.search);
  signIn(token);
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Session) {
  session = next;
  for (const listener of listeners) listener();
}

function stored(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}
