import { useQueryClient } from "@tanstack/react-query";
import type { GetSegmentUsersResult, SegmentUser } from "../api/client.ts";
import { type Person, personOf } from "../shared/person.ts";

/** Somebody by their id: with their name if a list that was open has it, since the API gives no profile. */
export function usePerson(id: string): Person & { email?: string } {
  const user = findListed(useQueryClient().getQueriesData({ queryKey: ["segment"] }), id);
  return user === undefined ? { id, name: `User ${id}` } : { ...personOf(user), email: user.email };
}

function findListed(queries: [readonly unknown[], unknown][], id: string): SegmentUser | undefined {
  for (const [key, data] of queries) {
    const { users } = key[3] === "users" ? ((data ?? {}) as Partial<GetSegmentUsersResult>) : {};
    const found = users?.find((user) => user.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}
