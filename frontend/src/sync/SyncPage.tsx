// Sync with Resend as a whole.
import { Button, Skeleton } from "@mantine/core";
import { IconListCheck, IconPlayerPlay, IconSend } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import page from "../shared/Page.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { Destination } from "./Destination.tsx";
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
          <h1 className={page.title}>Sync</h1>
          <p className={page.subtitle}>Keeps segments at Resend in step with the ones here.</p>
        </div>
        {isConfigured && <Actions followed={followed} />}
      </header>
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

function Actions({ followed: { status, isActive, start } }: { followed: FollowedSync }) {
  const isDisabled = isActive || status === undefined;
  return (
    <div className={page.actions}>
      <Button
        variant="default"
        leftSection={<IconListCheck size={17} />}
        disabled={isDisabled}
        title="Also compares with Resend's lists"
        onClick={() => start({ full: true })}
      >
        Full check
      </Button>
      <Button leftSection={<IconPlayerPlay size={16} />} disabled={isDisabled} onClick={() => start({})}>
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
      <SyncedSegments segments={status.segments} isActive={isActive} />
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
