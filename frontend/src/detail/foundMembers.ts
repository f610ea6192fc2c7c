// The members who match a search, as a file. The API exports whole segments, so they are read page by page.
import type { Client, GetSegmentUsersResult, SegmentUser } from "../api/client.ts";
import type { PeopleSort } from "../app/routes.ts";
import { csvOf } from "../shared/csv.ts";
import { givenText, type SegmentKey, sortedBy } from "./queries.ts";

/** As many as the API gives at once. */
const PAGE = 100;
/** As many as an export of the API has. */
const MOST = 5_000;

/** As the API names them in its exports. */
const HEADER = ["User ID", "Email", "First Name", "Last Name", "Plan", "Last Active", "Created At", "Added to Segment"];

/** In the order of the list. What is searched for may be a person's, so it is not in the name of the file. */
export async function foundMembers(
  api: Client,
  key: SegmentKey,
  name: string,
  searched: string,
  order: PeopleSort | undefined,
) {
  const users: SegmentUser[] = [];
  let cursor: string | null = null;
  let totalCount: number;
  do {
    const asked = { ...key, limit: PAGE, searchQuery: givenText(searched), ...sortedBy(order), cursor };
    const page: GetSegmentUsersResult = await api.call("adminAudience.getSegmentUsers", asked);
    users.push(...page.users);
    totalCount = page.total;
    cursor = page.nextCursor ?? null;
  } while (cursor !== null && users.length < MOST);
  return {
    csv: csvOf(HEADER, users.map(rowOf)),
    filename: `${slugOf(name)}-search-${new Date().toISOString().slice(0, 10)}.csv`,
    rowCount: users.length,
    totalCount,
    truncated: cursor !== null,
  };
}

/** As in the names of files that the API suggests. */
function slugOf(name: string) {
  const words = name.match(/[\p{Letter}\p{Number}\p{Mark}]+/gu) ?? ["segment"];
  return words.join("-").toLowerCase();
}

function rowOf({ id, email, firstName, lastName, plan, lastActivityAt, createdAt, addedAt }: SegmentUser) {
  return [id, email, firstName, lastName, plan, lastActivityAt, createdAt, addedAt];
}
