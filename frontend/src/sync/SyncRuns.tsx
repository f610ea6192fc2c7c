import { useQuery } from "@tanstack/react-query";
import type { RunTrigger, SyncRun } from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { formatDuration, pluralize } from "../shared/format.ts";
import { IssueList } from "../shared/IssueList.tsx";
import { isActive } from "../shared/isActive.ts";
import panel from "../shared/Panel.module.css";
import runState from "../shared/RunState.module.css";
import { Time } from "../shared/Time.tsx";
import { syncRunsQuery } from "./queries.ts";
import styles from "./SyncPage.module.css";
import { changesText, failureText, issueText, progressText, syncTitle } from "./words.ts";

const TRIGGERS: Record<RunTrigger, string> = {
  command_line: "from the command line",
  cron: "on schedule",
  admin: "by an admin",
};

/** The latest syncs, with the progress of the one that is active. */
export function SyncRuns({ activeRun }: { activeRun: SyncRun | null }) {
  const { data, error, refetch } = useQuery(syncRunsQuery);
  const ended = data?.runs.filter(({ runId }) => runId !== activeRun?.runId) ?? [];
  const runs = activeRun === null ? ended : [activeRun, ...ended];
  return (
    <section className={panel.panel} aria-labelledby="syncs">
      <h2 className={panel.title} id="syncs">
        Latest syncs
      </h2>
      {error !== null && data === undefined && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data !== undefined && runs.length === 0 && <p className={panel.words}>No syncs yet.</p>}
      <ol className={styles.list}>
        {runs.map((run) => (
          <OneSync key={run.runId} run={run} />
        ))}
      </ol>
    </section>
  );
}

function OneSync({ run }: { run: SyncRun }) {
  const { runId, startedAt, finishedAt, counts, failure, issueCount, trigger } = run;
  return (
    <li>
      <span>
        <strong className={runState.state} data-state={run.state}>
          {syncTitle(run)}
        </strong>{" "}
        <Time at={startedAt} />
        {finishedAt !== null && ` in ${formatDuration(Date.parse(finishedAt) - Date.parse(startedAt))}`},{" "}
        {TRIGGERS[trigger]}, number {runId}
      </span>
      <p>
        {isActive(run) ? progressText(counts) : changesText(counts)}
        {counts.throttled > 0 && `, slowed down ${pluralize(counts.throttled, "time")} by Resend's rate limit`}
      </p>
      {failure !== null && <p className={runState.fault}>{failureText(failure)}</p>}
      {issueCount > 0 && <Issues run={run} />}
    </li>
  );
}

function Issues({ run: { issues, issueCount } }: { run: SyncRun }) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <IssueList
      summary={`${pluralize(issueCount, "thing needs", "things need")} attention`}
      texts={issues.map((issue) => issueText(issue, segments))}
      count={issueCount}
    />
  );
}
