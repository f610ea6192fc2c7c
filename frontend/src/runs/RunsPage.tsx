// All runs, and the progress of the one that is active.

import { IconPlayerPlay } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Run } from "../api/client.ts";
import { lastRunsQuery } from "../segments/queries.ts";
import { RunStrip } from "../segments/RunStrip.tsx";
import { EmptyState } from "../shared/EmptyState.tsx";
import page from "../shared/Page.module.css";
import { PagedList } from "../shared/PagedList.tsx";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { runsQuery } from "./queries.ts";
import { RunsTable } from "./RunsTable.tsx";

export function RunsPage() {
  useDocumentTitle("Runs");
  const found = useInfiniteQuery(runsQuery);
  // These are asked for again and again, with the progress of the run that is active.
  const latest = useQuery(lastRunsQuery).data?.runs ?? [];
  const listed = found.data?.pages.flatMap(({ runs }) => runs);
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <PageTitle>Runs</PageTitle>
          <p className={page.subtitle}>Each run brings the members of all active segments up to date.</p>
        </div>
      </header>
      <RunStrip />
      <section className={panel.panel} aria-label="All runs">
        <PagedList
          of="runs"
          found={found}
          rows={listed && merged(latest, listed)}
          empty={
            <EmptyState icon={IconPlayerPlay} title="No runs yet">
              Run now to fill your segments.
            </EmptyState>
          }
        >
          {(runs) => <RunsTable runs={runs} />}
        </PagedList>
      </section>
    </div>
  );
}

/** Newest first. Of two that are the same, the one of `latest` is newer. */
function merged(latest: Run[], listed: Run[]): Run[] {
  const known = new Map([...listed, ...latest].map((run) => [run.runId, run]));
  return [...known.values()].sort((one, other) => other.runId - one.runId);
}
