import { Button, Skeleton } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import type { Run } from "../api/client.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { formatDuration, formatNumber, pluralize, uncapitalize } from "../shared/format.ts";
import { useMinute } from "../shared/minute.ts";
import { ProgressBar } from "../shared/ProgressBar.tsx";
import runState from "../shared/RunState.module.css";
import strip from "../shared/RunStrip.module.css";
import { Time } from "../shared/Time.tsx";
import { useKeptFocus } from "../shared/useKeptFocus.ts";
import { isOutOfDate } from "./health.ts";
import { runStateText } from "./runHealth.ts";
import { useRun } from "./useRun.ts";

const RunIssues = lazy(async () => ({ default: (await import("./RunIssues.tsx")).RunIssues }));

/** How current the segments are, and the button that brings them up to date. */
export function RunStrip() {
  const { run, lastSuccessAt, error, isActive, start, retry } = useRun();
  const button = useKeptFocus(isActive);
  if (error !== null && run === undefined) return <ErrorNotice error={error} onRetry={retry} />;
  return (
    <section className={strip.strip} aria-label="Runs">
      <div className={strip.words}>
        {run === undefined ? (
          <Skeleton height={14} width="60%" my={4} />
        ) : isActive ? (
          <RunProgress run={run} />
        ) : (
          <LastRun
            run={run}
            lastSuccessAt={lastSuccessAt}
            onAllowShrink={(segments) => start({ allowShrinkIn: segments })}
          />
        )}
      </div>
      <Button
        ref={button}
        variant="light"
        leftSection={<IconPlayerPlay size={16} />}
        disabled={isActive}
        onClick={() => start({})}
      >
        Run now
      </Button>
      {isActive && run?.state === "running" && (
        <ProgressBar label="Progress of the run" done={run.totalUsersProcessed} of={run.totalUsers} />
      )}
    </section>
  );
}

function RunProgress({ run }: { run: Run | null }) {
  if (run?.state !== "running" || run.totalUsers === 0) return <p>Starting…</p>;
  return (
    <p>
      <strong className={runState.state}>Running.</strong> {formatNumber(run.totalUsersProcessed)} of{" "}
      {pluralize(run.totalUsers, "user")} evaluated
      {run.usersPerSecond !== null && <>, {formatNumber(Math.round(run.usersPerSecond))} per second</>}
      <span className={strip.dot}>·</span>
      {membershipChanges(run)}
    </p>
  );
}

interface LastRunProps {
  run: Run | null;
  lastSuccessAt: string | undefined;
  onAllowShrink: (segments: string[]) => void;
}

function LastRun({ run, lastSuccessAt, onAllowShrink }: LastRunProps) {
  const now = useMinute();
  if (run === null) return <p>No runs yet. Run now to fill your segments.</p>;
  return (
    <>
      <p>
        <strong className={runState.state} data-state={run.state} data-issues={run.issueCount > 0}>
          {runTitle(run)}
        </strong>{" "}
        <Time at={run.asOf} as="ago" />
        <span className={strip.more}>
          {run.finishedAt !== null && <> in {formatDuration(run.durationMs)}</>}
          <span className={strip.dot}>·</span>
          {pluralize(run.totalUsersProcessed, "user")}
        </span>
        <span className={strip.dot}>·</span>
        {membershipChanges(run)}
        {run.unknownPlans > 0 && (
          <span className={strip.more}>
            <span className={strip.dot}>·</span>
            {pluralize(run.unknownPlans, "user has", "users have")} a plan without a segment
          </span>
        )}
      </p>
      {isOutOfDate(lastSuccessAt, now) && (
        <p className={runState.warning}>Segments may be out of date: no run has succeeded for more than a day.</p>
      )}
      {run.failure !== null && <p className={runState.fault}>{run.failure}</p>}
      {run.state !== "succeeded" && <p>The next run finishes the rest.</p>}
      <Suspense>{run.issueCount > 0 && <RunIssues run={run} onAllowShrink={onAllowShrink} />}</Suspense>
    </>
  );
}

function membershipChanges(run: Run): string {
  return `${formatNumber(run.segmentsCreated)} joined, ${formatNumber(run.segmentsRemoved)} left`;
}

function runTitle(run: Run): string {
  if (run.state === "running") return "The last run stopped responding";
  return run.state === "abandoned" ? "Last run was interrupted" : `Last run ${uncapitalize(runStateText(run))}`;
}
