// Who is signed in. The token lives in memory and in the storage of this tab, never in the address or beyond the tab.
import { createStore } from "../shared/store.ts";
import { forgetTexts } from "../shared/useKeptText.ts";

const KEY = "audience.token";
const IN_ADDRESS = /^#token=([\w.~+/=-]+)$/;

/** `endReason` is set if the session ended by itself. */
export interface Session {
  token: string | undefined;
  endReason: string | undefined;
}

const session = createStore<Session>({ token: storedToken(), endReason: undefined });

export const useSession = session.use;

export function currentToken(): string | undefined {
  return session.get().token;
}

export function signIn(token: string) {
  sessionStorage.setItem(KEY, token);
  session.set({ token, endReason: undefined });
}

export function signOut(endedBecause?: string) {
  sessionStorage.removeItem(KEY);
  // An explicit sign-out also clears drafts and what was searched for; an ended session keeps them.
  if (endedBecause === undefined) {
    sessionStorage.clear();
    forgetTexts();
  }
  session.set({ token: undefined, endReason: endedBecause });
}

/** An address such as `/#token=…` signs in once; the token is removed from it, and from the history of the browser. */
export function signInFromAddress(place: Location = window.location) {
  const token = IN_ADDRESS.exec(place.hash)?.[1];
  if (token === undefined) return;
  window.history.replaceState(null, "", place.pathname + place.search);
  signIn(token);
}

function storedToken(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}
