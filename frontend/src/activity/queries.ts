// The audit log, page by page. The server applies the filters.
import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import type { GetAuditLogParams } from "../api/client.ts";
import { apiOf } from "../shared/api.ts";

const PAGE = 50;

/** Which entries are asked for. */
export interface EntryFilter {
  who?: string | undefined;
  what?: string | undefined;
  /** Days of the reader, such as `2026-03-01`. Both count. */
  from?: string | undefined;
  to?: string | undefined;
  segment?: string | undefined;
  user?: string | undefined;
}

/** The params of a filter. */
export function auditParams({ who, what, from, to, segment, user }: EntryFilter): GetAuditLogParams {
  return {
    actor: who ?? null,
    action: what ?? null,
    from: startOf(from, 0),
    to: startOf(to, 1),
    segment: segment ?? null,
    userId: user ?? null,
  };
}

export const auditLogQuery = (filter: EntryFilter) =>
  infiniteQueryOptions({
    queryKey: ["audit", auditParams(filter)],
    queryFn: ({ pageParam, signal, client }) =>
      apiOf(client).call(
        "adminAudience.getAuditLog",
        { ...auditParams(filter), limit: PAGE, before: pageParam },
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: ({ entries }) => (entries.length < PAGE ? undefined : entries.at(-1)?.id),
    placeholderData: keepPreviousData,
    // Everything else that changes is written here.
    staleTime: 0,
  });

/** When a day begins for the reader, or one of those that follow it. Null for a text that is no day. */
function startOf(day: string | undefined, later: number): string | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "") ?? [];
  if (year === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString();
}
