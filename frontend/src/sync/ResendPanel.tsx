// Sync of one segment with Resend, on the page of the segment.
import { Button, Skeleton } from "@mantine/core";
import { IconSend } from "@tabler/icons-react";
import { Suspense, useId, useRef, useState } from "react";
import { RpcError, type SegmentSync } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { useHost } from "../shared/host.ts";
import { PageLink } from "../shared/PageLink.tsx";
import panel from "../shared/Panel.module.css";
import { StateLabel } from "../shared/StateLabel.tsx";
import { toastError } from "../shared/toasts.ts";
import { SwitchOffDialog, SwitchOnDialog } from "./dialogs.ts";
import { focusUnlessReturned } from "./focusUnlessReturned.ts";
import { syncMark } from "./mark.ts";
import { useSetSync } from "./mutations.ts";
import { PeopleLists } from "./PeopleLists.tsx";
import styles from "./ResendPanel.module.css";
import { SegmentFigures } from "./SegmentFigures.tsx";
import { SegmentNotices } from "./SegmentNotices.tsx";
import { type FollowedSync, useSync } from "./useSync.ts";
import { NOT_CONFIGURED } from "./words.ts";

interface Props {
  segmentKey: SegmentKey;
  name: string;
}

export function ResendPanel({ segmentKey, name }: Props) {
  const followed = useSync();
  const heading = useRef<HTMLHeadingElement>(null);
  const titleId = useId();
  const [dialog, setDialog] = useState<"on" | "off">();
  const sync = followed.status?.segments.find(
    ({ segmentType, segmentValue }) =>
      segmentType === segmentKey.segmentType && segmentValue === segmentKey.segmentValue,
  )?.sync;
  const isPaused = followed.status?.paused === true;
  const mark = sync && syncMark(sync, { isActive: followed.isActive, isPaused });

  function close() {
    setDialog(undefined);
    focusUnlessReturned(heading);
  }
  return (
    <section className={`${panel.panel} ${styles.panel}`} aria-labelledby={titleId}>
      <div className={panel.head}>
        <div className={styles.names}>
          <h3 className={panel.title} id={titleId} ref={heading} tabIndex={-1}>
            Resend
          </h3>
          {mark !== undefined && <StateLabel state={mark.state}>{mark.text}</StateLabel>}
        </div>
        {followed.status?.configured === true && (
          <Actions segmentKey={segmentKey} name={name} sync={sync} followed={followed} onOpen={setDialog} />
        )}
      </div>
      <Body sync={sync} segmentKey={segmentKey} followed={followed} />
      <Suspense>
        {dialog === "on" && <SwitchOnDialog segmentKey={segmentKey} name={name} onClose={close} />}
        {dialog === "off" && sync !== undefined && (
          <SwitchOffDialog segmentKey={segmentKey} name={name} sync={sync} onClose={close} />
        )}
      </Suspense>
    </section>
  );
}

interface BodyProps {
  sync: SegmentSync | undefined;
  segmentKey: SegmentKey;
  followed: FollowedSync;
}

function Body({ sync, segmentKey, followed: { status, error, retry, start, isActive } }: BodyProps) {
  const { placeOf } = useHost();
  if (status === undefined) {
    return error === null ? <Skeleton height={14} width="70%" my={4} /> : <ErrorNotice error={error} onRetry={retry} />;
  }
  if (!status.configured) return <p className={panel.words}>{NOT_CONFIGURED}</p>;
  if (sync === undefined) {
    return <p className={panel.words}>Sync is off. Turn it on to keep the same people in a segment at Resend.</p>;
  }
  const { segmentType, segmentValue } = segmentKey;
  const allowShrink = () => start({ segment: `${segmentType}:${segmentValue}`, allowShrink: true });
  return (
    <>
      <SegmentNotices sync={sync} status={status} onAllowShrink={isActive || status.paused ? undefined : allowShrink} />
      <SegmentFigures sync={sync} />
      {sync.state !== "removing" && <PeopleLists segmentKey={segmentKey} sync={sync} />}
      {placeOf("/sync") !== "nowhere" && (
        <p className={panel.words}>
          <PageLink to="/sync">All syncs and suppressed people</PageLink>
        </p>
      )}
    </>
  );
}

interface ActionsProps extends BodyProps {
  name: string;
  onOpen: (dialog: "on" | "off") => void;
}

function Actions({ segmentKey, name, sync, followed: { status, isActive, start }, onOpen }: ActionsProps) {
  const setting = useSetSync(segmentKey, name);
  if (sync === undefined || sync.state === "gone") {
    return (
      <div className={styles.actions}>
        <Button variant="light" size="sm" leftSection={<IconSend size={16} />} onClick={() => onOpen("on")}>
          {sync === undefined ? "Turn on" : "Create a new one"}
        </Button>
        {sync !== undefined && <SwitchOff onClick={() => onOpen("off")} />}
      </div>
    );
  }
  const { segmentType, segmentValue } = segmentKey;
  // Any sync removes segments that were switched off, except a sync of this segment alone.
  const toSync = sync.state === "removing" ? {} : { segment: `${segmentType}:${segmentValue}` };
  // While all syncs are paused, they only remove what is turned off.
  const isIdle = status?.paused === true && sync.state !== "removing";
  const isPaused = sync.state === "paused";
  function toggle() {
    setting.mutate(
      { state: isPaused ? "on" : "paused" },
      { onError: (error) => (isPaused && isConflict(error) ? onOpen("on") : toastError(error)) },
    );
  }
  return (
    <div className={styles.actions}>
      <Button variant="light" size="sm" disabled={isActive || isIdle} onClick={() => start(toSync)}>
        Sync now
      </Button>
      {sync.state !== "removing" && (
        <>
          <Button variant="default" size="sm" loading={setting.isPending} onClick={toggle}>
            {isPaused ? "Resume" : "Pause"}
          </Button>
          <SwitchOff onClick={() => onOpen("off")} />
        </>
      )}
    </div>
  );
}

function SwitchOff({ onClick }: { onClick: () => void }) {
  return (
    <Button variant="default" size="sm" onClick={onClick}>
      Turn off…
    </Button>
  );
}

/** Resuming needs confirmation: too many people entered while sync was paused. */
function isConflict(error: Error): boolean {
  return error instanceof RpcError && error.is("Conflict");
}
