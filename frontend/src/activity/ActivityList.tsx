import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { segmentsQuery } from "../segments/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { PagedList } from "../shared/PagedList.tsx";
import { ActivityTable } from "./ActivityTable.tsx";
import { auditLogQuery, type EntryFilter } from "./queries.ts";

/** The entries of the audit log that a filter asks for. */
export function ActivityList({ filter }: { filter: EntryFilter }) {
  const found = useInfiniteQuery(auditLogQuery(filter));
  // The names of segments come with the rows: they are shorter than their ids, and rows would become lower.
  const areNamed = !useQuery(segmentsQuery).isPending;
  return (
    <PagedList
      of="entries"
      found={found}
      rows={areNamed ? found.data?.pages.flatMap(({ entries }) => entries) : undefined}
      empty={
        <EmptyState icon={IconHistory} title="Nothing found">
          The audit log has nothing like this.
        </EmptyState>
      }
    >
      {(entries) => <ActivityTable entries={entries} />}
    </PagedList>
  );
}
