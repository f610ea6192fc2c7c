import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { FoundUser, GetSegmentUsersResult, SegmentUser } from "../api/client.ts";
import { type Person, personOf } from "../shared/person.ts";
import { profileQuery } from "./queries.ts";

/** Somebody by their id. A list that was open has their name at once. */
export function usePerson(id: string) {
  const listed = findListed(useQueryClient().getQueriesData({ queryKey: ["segment"] }), id);
  const { data: profile, isPending } = useQuery(profileQuery(id));
  const user: FoundUser | SegmentUser | null | undefined = profile ?? listed;
  const person: Person & { email?: string } =
    user == null ? { id, name: `User ${id}` } : { ...personOf(user), email: user.email };
  /** Whether their name is still on its way. */
  return { person, isPending: user == null && isPending };
}

function findListed(queries: [readonly unknown[], unknown][], id: string): SegmentUser | undefined {
  for (const [key, data] of queries) {
    const { users } = key[3] === "users" ? ((data ?? {}) as Partial<GetSegmentUsersResult>) : {};
    const found = users?.find((user) => user.id === id);
    if (found !== undefined) return found;
  }
  return undefined;
}
