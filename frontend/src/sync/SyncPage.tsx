// Sync with Resend as a whole.
import { Button, Skeleton } from "@mantine/core";
import { IconListCheck, IconPlayerPlay, IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { Notice } from "../shared/Notice.tsx";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { Destination } from "./Destination.tsx";
import { PauseAll } from "./PauseAll.tsx";
import { syncRunsQuery } from "./queries.ts";
import { SuppressedPeople } from "./SuppressedPeople.tsx";
import { SyncedSegments } from "./SyncedSegments.tsx";
import styles from "./SyncPage.module.css";
import { SyncRuns } from "./SyncRuns.tsx";
import { SyncStrip } from "./SyncStrip.tsx";
import { type FollowedSync, useSync } from "./useSync.ts";
import { NOT_CONFIGURED } from "./words.ts";

export function SyncPage() {
  useDocumentTitle("Sync");
  const followed = useSync();
  const isConfigured = followed.status?.configured !== false;
  return (
    <div className={`${page.page} ${styles.screen}`}>
      <header className={page.header}>
        <div>
          <PageTitle>Sync</PageTitle>
          <p className={page.subtitle}>Keeps your segments up to date at Resend.</p>
        </div>
        {isConfigured && <Actions followed={followed} />}
      </header>
      {isConfigured && followed.status?.paused === true && <Paused />}
      {followed.status === undefined && followed.error !== null ? (
        <ErrorNotice error={followed.error} onRetry={followed.retry} />
      ) : isConfigured ? (
        <Content followed={followed} />
      ) : (
        <EmptyState icon={IconSend} title="Sync is not set up">
          {NOT_CONFIGURED}
        </EmptyState>
      )}
    </div>
  );
}

/** The way back is above it. */
function Paused() {
  return (
    <Notice tone="warning">
      <strong>All syncs are paused.</strong>
      Until you choose “Resume all”, they only delete contacts of erased people and remove what is turned off.
    </Notice>
  );
}

function Actions({ followed: { status, isActive, start } }: { followed: FollowedSync }) {
  const isDisabled = isActive || status === undefined;
  const isPaused = status?.paused === true;
  return (
    <div className={page.actions}>
      <PauseAll isPaused={isPaused} isDisabled={status === undefined} isActive={isActive} />
      <Button
        variant="default"
        leftSection={<IconListCheck size={17} />}
        disabled={isDisabled || isPaused}
        title="Also compares with Resend's lists"
        onClick={() => start({ full: true })}
      >
        Full check
      </Button>
      <Button
        variant={isPaused ? "default" : "filled"}
        leftSection={<IconPlayerPlay size={16} />}
        disabled={isDisabled}
        onClick={() => start({})}
      >
        Run now
      </Button>
    </div>
  );
}

/** Shows everything at once, so that nothing jumps. */
function Content({ followed: { status, isActive } }: { followed: FollowedSync }) {
  const runs = useQuery(syncRunsQuery);
  if (status === undefined || runs.isPending) return <Loading />;
  return (
    <>
      <SyncStrip status={status} isActive={isActive} />
      <Destination status={status} />
      <SyncedSegments status={status} isActive={isActive} />
      <SyncRuns activeRun={status.activeRun} />
      <SuppressedPeople />
    </>
  );
}

function Loading() {
  return (
    <div role="status" className={page.page}>
      <span className="unseen">Loading sync</span>
      <Skeleton height={56} radius={12} />
      <Skeleton height={130} radius={12} />
      <Skeleton height={260} radius={12} />
    </div>
  );
}
