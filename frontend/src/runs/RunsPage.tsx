// All runs, and the progress of the one that is active.
import { NativeSelect } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Run } from "../api/client.ts";
import { type RunsSearch, runsRoute } from "../app/routes.ts";
import { lastRunsQuery } from "../segments/queries.ts";
import { RunStrip } from "../segments/RunStrip.tsx";
import { EmptyState } from "../shared/EmptyState.tsx";
import page from "../shared/Page.module.css";
import { PagedList } from "../shared/PagedList.tsx";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import toolbar from "../shared/Toolbar.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { type RunFilter, runFilter, runsQuery } from "./queries.ts";
import { RunsTable } from "./RunsTable.tsx";
import { MODES, RUN_STATES } from "./words.ts";

export function RunsPage() {
  useDocumentTitle("Runs");
  const filter = runFilter(runsRoute.useSearch());
  const found = useInfiniteQuery(runsQuery(filter));
  // These are asked for again and again, with the progress of the run that is active.
  const latest = (useQuery(lastRunsQuery).data?.runs ?? []).filter(
    ({ state, mode }) => (filter.state ?? state) === state && (filter.mode ?? mode) === mode,
  );
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
        <Filters filter={filter} />
        <PagedList
          of="runs"
          found={found}
          rows={listed && merged(latest, listed)}
          empty={
            filter.state === null && filter.mode === null ? (
              <EmptyState icon={IconPlayerPlay} title="No runs yet">
                Run now to fill your segments.
              </EmptyState>
            ) : (
              <EmptyState icon={IconPlayerPlay} title="No such runs" />
            )
          }
        >
          {(runs) => <RunsTable runs={runs} />}
        </PagedList>
      </section>
    </div>
  );
}

function Filters({ filter: { state, mode } }: { filter: RunFilter }) {
  const navigate = runsRoute.useNavigate();
  const change = (next: RunsSearch) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const options = (all: string, names: Record<string, string>) => [
    { value: "", label: all },
    ...Object.entries(names).map(([value, label]) => ({ value, label })),
  ];
  return (
    <search className={toolbar.toolbar}>
      <NativeSelect
        aria-label="Filter runs by state"
        data={options("All states", RUN_STATES)}
        value={state ?? ""}
        onChange={({ currentTarget }) => change({ state: currentTarget.value })}
      />
      <NativeSelect
        aria-label="Filter runs by whom they evaluate"
        data={options("All kinds", MODES)}
        value={mode ?? ""}
        onChange={({ currentTarget }) => change({ mode: currentTarget.value })}
      />
    </search>
  );
}

/** Newest first. Of two that are the same, the one of `latest` is newer. */
function merged(latest: Run[], listed: Run[]): Run[] {
  const known = new Map([...listed, ...latest].map((run) => [run.runId, run]));
  return [...known.values()].sort((one, other) => other.runId - one.runId);
}
