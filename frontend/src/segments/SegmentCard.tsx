import { Button } from "@mantine/core";
import { IconDownload, IconEye } from "@tabler/icons-react";
import { memo, useId } from "react";
import type { ListedSegment } from "../api/client.ts";
import { actorName } from "../shared/actorName.ts";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import { formatCompact, formatNumber, formatSigned } from "../shared/format.ts";
import { StateLabel } from "../shared/StateLabel.tsx";
import type { SyncMark } from "../sync/mark.ts";
import { ComputedAt } from "./ComputedAt.tsx";
import { groupStyle } from "./groupStyle.ts";
import styles from "./SegmentCard.module.css";
import { SegmentIcon } from "./SegmentIcon.tsx";
import { SegmentMenu } from "./SegmentMenu.tsx";
import { SegmentState } from "./SegmentState.tsx";
import { Sparkline } from "./Sparkline.tsx";
import type { Change } from "./table/listed.ts";
import { useExport } from "./useExport.ts";
import { wordsOf } from "./wordsOf.ts";

interface Props {
  segment: ListedSegment;
  sizes: number[] | undefined;
  change30: Change;
  /** Nothing for a segment that is not synced. */
  sync: SyncMark | undefined;
  /** The clock of the last run that succeeded. */
  lastRunAt: string | undefined;
}

/** A segment at a glance. */
export const SegmentCard = memo(function SegmentCard({ segment, sizes, change30, sync, lastRunAt }: Props) {
  const { label } = groupStyle(segment.segmentType);
  const nameId = useId();
  const words = wordsOf(segment);
  return (
    <article className={styles.card} data-inactive={!segment.isActive} aria-labelledby={nameId}>
      <header className={styles.head}>
        <SegmentIcon group={segment.segmentType} />
        <div className={styles.names}>
          <span className={styles.group}>{label}</span>
          <h2 className={`${styles.name} isolated`} id={nameId} title={segment.name}>
            {segment.name}
          </h2>
        </div>
        <SegmentMenu segment={segment} />
      </header>
      <p className={`${styles.words} isolated`} title={words}>
        {words}
      </p>
      {sync !== undefined && (
        <p className={styles.sync} title={sync.text}>
          <StateLabel state={sync.state}>{sync.text}</StateLabel>
        </p>
      )}
      <Size segment={segment} sizes={sizes} change30={change30} />
      <Authors segment={segment} />
      <footer className={styles.foot}>
        <SegmentState segment={segment} lastRunAt={lastRunAt} />
        <span className={styles.when}>
          <ComputedAt segment={segment} lastRunAt={lastRunAt} />
        </span>
      </footer>
      <Actions segment={segment} />
    </article>
  );
});

/** Of a segment that is built in, nobody. */
function Authors({ segment: { createdBy, editedBy, version } }: { segment: ListedSegment }) {
  if (createdBy == null) return null;
  const isEdited = editedBy != null && version !== 1;
  return (
    <p className={`${styles.authors} isolated`}>
      Created by {actorName(createdBy)}
      {isEdited && ` · edited by ${actorName(editedBy)}`}
    </p>
  );
}

/** The period of the change and of the line. */
const DAYS = 30;

function Size({ segment, sizes, change30 }: Pick<Props, "segment" | "sizes" | "change30">) {
  return (
    <div className={styles.size}>
      <div className={styles.figures}>
        <strong title={formatNumber(segment.userCount)}>
          {segment.userCount < 100_000 ? formatNumber(segment.userCount) : formatCompact(segment.userCount)}
        </strong>
        <span>
          {segment.userCount === 1 ? "member" : "members"}
          {change30 !== null && (
            <span className={styles.change}>
              {change30 === "new" ? "New" : `${formatSigned(change30)} in ${DAYS} days`}
            </span>
          )}
        </span>
      </div>
      <Sparkline
        sizes={sizes}
        color={`var(--${groupStyle(segment.segmentType).color})`}
        label={`Size over ${DAYS} days, from ${formatNumber(sizes?.[0] ?? 0)} to ${formatNumber(segment.userCount)}`}
      />
    </div>
  );
}

function Actions({ segment }: { segment: ListedSegment }) {
  const { exportSegment, isExporting } = useExport(segment);
  const { segmentType: type, segmentValue: value, name } = segment;
  return (
    <div className={styles.actions}>
      <ButtonLink
        to="/segments/$type/$value"
        state={{ isFromList: true }}
        params={{ type, value }}
        search={true}
        resetScroll={false}
        data-opens={segment.id}
        variant="default"
        size="compact-sm"
        h={30}
        leftSection={<IconEye size={16} />}
        aria-label={`View ${name}`}
      >
        View
      </ButtonLink>
      <Button
        variant="default"
        size="compact-sm"
        h={30}
        leftSection={<IconDownload size={16} />}
        loading={isExporting}
        onClick={() => exportSegment()}
        aria-label={`Export ${name}`}
      >
        Export
      </Button>
    </div>
  );
}
