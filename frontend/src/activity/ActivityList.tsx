import { IconHistory } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { segmentsQuery } from "../segments/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { formatNumber } from "../shared/format.ts";
import { PagedList } from "../shared/PagedList.tsx";
import { ActivityTable } from "./ActivityTable.tsx";
import type { EntryFilter } from "./filterEntries.ts";
import { useAuditLog } from "./useAuditLog.ts";

/** The entries of the audit log that a filter leaves. */
export function ActivityList({ filter }: { filter: EntryFilter }) {
  const { found, read, rows } = useAuditLog(filter);
  // The names of segments come with the rows: they are shorter than their ids, and rows would become lower.
  const areNamed = !useQuery(segmentsQuery).isPending;
  return (
    <PagedList
      of="entries"
      found={found}
      rows={areNamed ? rows : undefined}
      empty={
        <EmptyState icon={IconHistory} title={found.isFetching ? "Searching…" : "Nothing found"}>
          {found.hasNextPage
            ? `The latest ${formatNumber(read.length)} entries have nothing like this.`
            : "The audit log has nothing like this."}
        </EmptyState>
      }
    >
      {(entries) => <ActivityTable entries={entries} />}
    </PagedList>
  );
}
