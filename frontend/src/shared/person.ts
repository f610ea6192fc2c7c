import { userName } from "./userName.ts";

/** Somebody as lists know them. */
export interface Person {
  id: string;
  /** Their address if they have no name. */
  name: string;
}

export function personOf(user: Parameters<typeof userName>[0] & { id: string }): Person {
  return { id: user.id, name: userName(user) };
}
