import type { GetSyncStatusResult, SyncRun } from "../api/client.ts";
import { ProgressBar } from "../shared/ProgressBar.tsx";
import runState from "../shared/RunState.module.css";
import strip from "../shared/RunStrip.module.css";
import { Time } from "../shared/Time.tsx";
import { changesText, failureText, progressText, syncTitle } from "./words.ts";

interface Props {
  status: GetSyncStatusResult;
  isActive: boolean;
}

/** The sync that is active, or how the last one ended. */
export function SyncStrip({ status, isActive }: Props) {
  const run = status.activeRun ?? status.lastRun;
  return (
    <section className={strip.strip} aria-label="Current sync">
      <div className={strip.words}>
        {isActive ? (
          <p>
            <strong className={runState.state}>
              {status.activeRun === null ? "Starting" : syncTitle(status.activeRun)}.
            </strong>{" "}
            {status.activeRun !== null && progressText(status.activeRun.counts)}
          </p>
        ) : (
          <Ended run={run} failure={status.failure} />
        )}
      </div>
      {isActive && run !== null && <Progress run={run} />}
    </section>
  );
}

function Ended({ run, failure }: { run: SyncRun | null; failure: string | null }) {
  if (run === null) return <p>No syncs yet.</p>;
  return (
    <>
      <p>
        <strong className={runState.state} data-state={run.state}>
          {syncTitle(run)}
        </strong>{" "}
        <Time at={run.finishedAt ?? run.lastHeardOfAt} as="ago" />
        <span className={strip.dot}>·</span>
        {changesText(run.counts)}
      </p>
      {failure !== null && <p className={runState.fault}>{failureText(failure)}</p>}
    </>
  );
}

function Progress({ run: { counts } }: { run: SyncRun }) {
  const settled = counts.done + counts.dropped + counts.deferred;
  return <ProgressBar label="Progress of the sync" done={settled} of={counts.planned} />;
}
