// Who would leave a segment, with their names, which the answer about leavers lacks.
import type { Client, SegmentUser } from "../api/client.ts";
import { keyOf } from "../segments/segmentKey.ts";

/** As many as the API gives of members at once. */
const PAGE = 100;
/** How many pages of members are looked through for one page of leavers. A segment is held back if most would leave. */
const MOST_PAGES = 10;

/** Somebody who would leave. Without a user, only their ID is known. */
export interface Leaver {
  id: string;
  user: SegmentUser | undefined;
}

/** Where a list goes on: among the leavers, and among the members of the segment. */
export interface Place {
  leavers: string | null;
  members: string | null;
}

export const START: Place = { leavers: null, members: null };

/** A page of leavers, and where the next one begins. Each page is put on record. */
export async function leaversAt(api: Client, segment: string, place: Place, signal: AbortSignal) {
  const { users, nextCursor } = await api.call(
    "adminAudience.getForecastUsers",
    { segment, day: 0, change: "leave", limit: PAGE, cursor: place.leavers },
    { signal },
  );
  const ids = users.map(({ userId }) => userId);
  // IDs alone are better than no list.
  const { found, reached } = await membersOf(api, segment, ids, place.members, signal).catch(() => ({
    found: new Map<string, SegmentUser>(),
    reached: place.members,
  }));
  const leavers: Leaver[] = ids.map((id) => ({ id, user: found.get(id) }));
  return { leavers, next: nextCursor == null ? undefined : { leavers: nextCursor, members: reached } };
}

/** Both lists are in the order in which users came in, so those of the next page are not before those of this one. */
async function membersOf(api: Client, segment: string, ids: string[], cursor: string | null, signal: AbortSignal) {
  const found = new Map<string, SegmentUser>();
  const missing = new Set(ids);
  const key = keyOf(segment);
  let reached = cursor;
  for (let page = 0; key !== undefined && missing.size > 0 && page < MOST_PAGES; page++) {
    const { users, nextCursor } = await api.call(
      "adminAudience.getSegmentUsers",
      { ...key, limit: PAGE, cursor: reached },
      { signal },
    );
    for (const user of users) if (missing.delete(user.id)) found.set(user.id, user);
    // A page of members may also have leavers of the next page.
    if (missing.size === 0 || nextCursor == null) break;
    reached = nextCursor;
  }
  return { found, reached };
}
