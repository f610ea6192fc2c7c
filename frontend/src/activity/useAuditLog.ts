import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { type EntryFilter, filterEntries, isComplete } from "./filterEntries.ts";
import { auditLogQuery } from "./queries.ts";

/** So many pages are read at most before somebody says to go on. */
const PAGES = 10;

/** The entries that a filter leaves. More pages are read until one of them has such an entry. */
export function useAuditLog(filter: EntryFilter) {
  const found = useInfiniteQuery(auditLogQuery);
  const read = found.data?.pages.flatMap(({ entries }) => entries);
  const rows = read && filterEntries(read, filter);
  const hasNextPage = found.hasNextPage && !(read !== undefined && isComplete(read, filter));
  const { fetchNextPage, isFetching } = found;

  async function readOn() {
    const before = rows?.length ?? 0;
    for (let page = 0; page < PAGES; page += 1) {
      const next = await fetchNextPage();
      const all = next.data?.pages.flatMap(({ entries }) => entries) ?? [];
      const goesOn = next.hasNextPage && !next.isError && !isComplete(all, filter);
      if (!goesOn || filterEntries(all, filter).length > before) return { hasNextPage: goesOn };
    }
    return { hasNextPage: true };
  }
  const isEmpty = rows?.length === 0 && hasNextPage && !isFetching && found.error === null;
  const hasRoom = (found.data?.pages.length ?? 0) < PAGES;
  useEffect(() => {
    if (isEmpty && hasRoom) void fetchNextPage();
  }, [isEmpty, hasRoom, fetchNextPage]);
  return { found: { ...found, hasNextPage, fetchNextPage: readOn }, read: read ?? [], rows };
}
