import { IconHistory } from "@tabler/icons-react";
import { EmptyState } from "../shared/EmptyState.tsx";
import { formatNumber } from "../shared/format.ts";
import { PagedList } from "../shared/PagedList.tsx";
import { ActivityTable } from "./ActivityTable.tsx";
import type { EntryFilter } from "./filterEntries.ts";
import { useAuditLog } from "./useAuditLog.ts";

/** The entries of the audit log that a filter leaves. */
export function ActivityList({ filter }: { filter: EntryFilter }) {
  const { found, read, rows } = useAuditLog(filter);
  return (
    <PagedList
      of="entries"
      found={found}
      rows={rows}
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
