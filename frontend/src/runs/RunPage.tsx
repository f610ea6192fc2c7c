// One run: what it did, and what it left undone.
import { Skeleton } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Run } from "../api/client.ts";
import { runRoute } from "../app/routes.ts";
import { runStateText } from "../segments/runHealth.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { isNotFound } from "../shared/errorMessages.ts";
import { formatDuration, formatNumber, pluralize } from "../shared/format.ts";
import { isActive } from "../shared/isActive.ts";
import { Notice } from "../shared/Notice.tsx";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import { ProgressBar } from "../shared/ProgressBar.tsx";
import runState from "../shared/RunState.module.css";
import { StatCard, StatRow } from "../shared/StatCard.tsx";
import { Time } from "../shared/Time.tsx";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { BySegment } from "./BySegment.tsx";
import { Issues } from "./Issues.tsx";
import { runQuery } from "./queries.ts";
import styles from "./Runs.module.css";
import { MODES, TRIGGERS } from "./words.ts";

export function RunPage() {
  const { runId } = runRoute.useParams();
  const title = `Run ${runId}`;
  useDocumentTitle(title);
  const { data: run, error, refetch } = useQuery(runQuery(runId));
  if (isNotFound(error)) {
    return (
      <EmptyState icon={IconPlayerPlay} title="This run does not exist" isPage>
        Check the address. <Link to="/runs">See all runs</Link>
      </EmptyState>
    );
  }
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <Link to="/runs" className={page.up}>
            Runs
          </Link>
          <PageTitle>{title}</PageTitle>
          <p className={page.subtitle}>{run === undefined ? " " : <Started run={run} />}</p>
        </div>
      </header>
      {error !== null && run === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <Figures run={run} />
      )}
      {run === undefined ? (
        error === null && <Skeleton height={120} radius={12} />
      ) : (
        <>
          {run.failure !== null && (
            <Notice tone="warning">
              <strong>The run failed.</strong> {run.failure} What it had done stays, and the next run does the rest.
            </Notice>
          )}
          {run.unknownPlans > 0 && (
            <Notice>{pluralize(run.unknownPlans, "user has", "users have")} a plan without a segment.</Notice>
          )}
          {run.attemptsWithoutProvider > 0 && (
            <Notice>
              {pluralize(run.attemptsWithoutProvider, "quiz attempt has", "quiz attempts have")} a certification of an
              unknown provider.
            </Notice>
          )}
          <Issues run={run} />
          {run.segments.length > 0 && <BySegment segments={run.segments} />}
        </>
      )}
    </div>
  );
}

function Started({ run }: { run: Run }) {
  return (
    <>
      <strong className={runState.state} data-state={run.state} data-issues={run.issueCount > 0}>
        {runStateText(run)}
      </strong>
      {" · "}
      <Time at={run.startedAt} /> · {TRIGGERS[run.trigger]} · {MODES[run.mode]}
    </>
  );
}

function Figures({ run }: { run: Run | undefined }) {
  return (
    <div className={styles.figures}>
      <StatRow label="Figures">
        <StatCard
          label="Users evaluated"
          value={run && formatNumber(run.totalUsersProcessed)}
          note={run && `of ${formatNumber(run.totalUsers)}`}
        />
        <StatCard label="Joined" value={run && formatNumber(run.segmentsCreated)} note="memberships" />
        <StatCard label="Left" value={run && formatNumber(run.segmentsRemoved)} note="memberships" />
        <StatCard
          label="Duration"
          value={run && formatDuration(run.durationMs)}
          note={
            run &&
            (run.usersPerSecond === null ? "" : `${formatNumber(Math.round(run.usersPerSecond))} users per second`)
          }
        />
      </StatRow>
      {run !== undefined && isActive(run) && (
        <ProgressBar label="Progress of the run" done={run.totalUsersProcessed} of={run.totalUsers} />
      )}
    </div>
  );
}
