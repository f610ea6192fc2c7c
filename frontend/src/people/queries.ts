// Queries about people. Their keys begin with `segment`, so that a change of a segment covers them.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { TimelineKind } from "../api/client.ts";
import { apiOf } from "../shared/api.ts";

const PAGE = 20;
/** As many as the API gives at once. */
const MOST = 100;

/** People by a part of their name or address, or by their ID. All without a text. */
export const peopleQuery = (text: string) =>
  infiniteQueryOptions({
    queryKey: ["segment", "people", text],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call(
        "adminAudience.findUsers",
        { searchQuery: text === "" ? null : text, limit: PAGE, cursor: pageParam },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
    placeholderData: keepPreviousData,
  });

/**
 * Somebody's name and address, or null if they are not found. An ID is searched for like any text, so a very short one
 * may be part of more addresses than are looked at.
 */
export const profileQuery = (userId: string) =>
  queryOptions({
    queryKey: ["segment", "person", userId, "profile"],
    queryFn: async ({ signal, client }) => {
      const { users } = await apiOf(client).call(
        "adminAudience.findUsers",
        { searchQuery: userId, limit: MOST },
        { signal },
      );
      return users.find(({ id }) => id === userId) ?? null;
    },
  });

/** What happened to somebody, newest first. All kinds if none is given. */
export const timelineQuery = (userId: string, kinds: TimelineKind[] = []) =>
  infiniteQueryOptions({
    queryKey: ["segment", "person", userId, "timeline", ...kinds],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call(
        "adminAudience.getUserTimeline",
        { userId, kinds, limit: PAGE, cursor: pageParam },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? null,
    staleTime: 0,
  });

export const personQuery = (userId: string) =>
  queryOptions({
    queryKey: ["segment", "person", userId],
    queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getUserSegments", { userId }, { signal }),
    staleTime: 0,
  });
