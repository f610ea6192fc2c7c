// Queries for one segment. All keys begin with `segment`, so that one invalidation covers them.
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { CriteriaSet, DefinitionVersion, MovementKind, SegmentGroup, Show } from "../api/client.ts";
import type { PeopleSort } from "../app/routes.ts";
import { apiOf } from "../shared/api.ts";
import { sortOf } from "../shared/sorting.ts";

export interface SegmentKey {
  segmentType: SegmentGroup;
  segmentValue: string;
}

export const PAGE_SIZE = 20;

const segmentQueryKey = ({ segmentType, segmentValue }: SegmentKey, ...rest: unknown[]) => [
  "segment",
  segmentType,
  segmentValue,
  ...rest,
];

export const segmentQuery = (key: SegmentKey) =>
  queryOptions({
    queryKey: segmentQueryKey(key, "definition"),
    queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getSegment", key, { signal }),
  });

export const statsQuery = (key: SegmentKey, days: number) =>
  queryOptions({
    queryKey: segmentQueryKey(key, "stats", days),
    queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getSegmentStats", { ...key, days }, { signal }),
    placeholderData: keepPreviousData,
  });

export const historyQuery = (key: SegmentKey, days: number) =>
  queryOptions({
    queryKey: segmentQueryKey(key, "history", days),
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getSegmentHistory", { ...key, days }, { signal }),
    placeholderData: keepPreviousData,
  });

/** Where a key of the users of a segment says which are listed. */
const SHOW = segmentQueryKey({ segmentType: "plan", segmentValue: "" }, "users").length;

/** Which of the users of a segment are listed. */
export interface ListedUsers {
  show: Show;
  page: number;
  size: number;
  searchQuery: string;
  order: PeopleSort | undefined;
}

export const usersQuery = (key: SegmentKey, { show, page, size, searchQuery, order }: ListedUsers) =>
  queryOptions({
    queryKey: segmentQueryKey(key, "users", show, page, size, searchQuery, order),
    queryFn: ({ signal, client }) =>
      apiOf(client).call(
        "adminAudience.getSegmentUsers",
        { ...key, show, page, limit: size, searchQuery: givenText(searchQuery), ...sortedBy(order) },
        { signal },
      ),
    // Members are never shown as excluded, nor the other way round.
    placeholderData: (previous, query) => (query?.queryKey[SHOW] === show ? previous : undefined),
  });

export function sortedBy(order: PeopleSort | undefined) {
  if (order === undefined) return {};
  const { key, isDescending } = sortOf(order);
  return key === "at" ? {} : { sort: key, direction: isDescending ? ("desc" as const) : ("asc" as const) };
}

const DAY = 86_400_000;

/** The instant at which a period of days begins that ends now. */
export const startOfPeriod = (days: number) => new Date(Date.now() - days * DAY).toISOString();

/** Who joined or left in the last days, newest first or oldest first. All pages cover the period of the first one. */
export const movementsQuery = (
  key: SegmentKey,
  movement: MovementKind,
  days: number,
  searchQuery: string,
  isOldestFirst: boolean,
) =>
  infiniteQueryOptions({
    queryKey: segmentQueryKey(key, "movements", movement, days, searchQuery, isOldestFirst),
    async queryFn({ pageParam, signal, client }) {
      const { from, cursor } = pageParam ?? { from: startOfPeriod(days), cursor: null };
      const turned = isOldestFirst ? { direction: "asc" as const } : {};
      const asked = {
        ...key,
        movement,
        from,
        searchQuery: givenText(searchQuery),
        limit: PAGE_SIZE,
        cursor,
        ...turned,
      };
      return { ...(await apiOf(client).call("adminAudience.getSegmentMovements", asked, { signal })), from };
    },
    initialPageParam: null as { from: string; cursor: string } | null,
    getNextPageParam: ({ from, nextCursor }) => (nextCursor == null ? null : { from, cursor: nextCursor }),
    placeholderData: keepPreviousData,
  });

/** As the API takes a text that may be missing. */
export const givenText = (text: string) => (text === "" ? null : text);

export const explanationQuery = (key: SegmentKey, userId: string) =>
  queryOptions({
    queryKey: segmentQueryKey(key, "explanation", userId),
    queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.explainUser", { ...key, userId }, { signal }),
    staleTime: 0,
  });

export const versionsQuery = (segmentValue: string) =>
  queryOptions({
    queryKey: segmentQueryKey({ segmentType: "custom", segmentValue }, "versions"),
    queryFn: ({ signal, client }) =>
      apiOf(client).call("adminAudience.getSegmentDefinitionHistory", { segmentValue }, { signal }),
    staleTime: 0,
  });

/** Who would join and leave if a version were restored. */
export const restoreQuery = (segmentValue: string, { version, definition }: DefinitionVersion) => {
  const { combineWith, criteria, not } = definition as CriteriaSet;
  return queryOptions({
    queryKey: segmentQueryKey({ segmentType: "custom", segmentValue }, "restore", version),
    queryFn: ({ signal, client }) =>
      apiOf(client).call(
        "adminAudience.previewSegmentChange",
        { combineWith, criteria, not: not === true, segmentValue, sampleSize: 0 },
        { signal },
      ),
    staleTime: 0,
  });
};

export const fieldsQuery = queryOptions({
  queryKey: ["fields"],
  queryFn: ({ signal, client }) => apiOf(client).call("adminAudience.getFields", {}, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});
