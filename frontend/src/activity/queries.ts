// The audit log, page by page.
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "../app/api.ts";

/** As many as the API gives at once: filters are applied here. */
const PAGE = 100;

export const auditLogQuery = infiniteQueryOptions({
  queryKey: ["audit"],
  queryFn: ({ pageParam, signal }) =>
    api.call("adminAudience.getAuditLog", { limit: PAGE, before: pageParam }, { signal }),
  initialPageParam: null as number | null,
  getNextPageParam: ({ entries }) => (entries.length < PAGE ? undefined : entries.at(-1)?.id),
  // Everything else that changes is written here.
  staleTime: 0,
});
