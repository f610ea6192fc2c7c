import { Modal, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { GetSegmentResult } from "../api/client.ts";
import { ComputedAt, LastChange } from "../segments/ComputedAt.tsx";
import { UNREADABLE_DEFINITION } from "../segments/health.ts";
import { lastRunsQuery, lastSuccessAt } from "../segments/queries.ts";
import { SegmentIcon } from "../segments/SegmentIcon.tsx";
import { SegmentState } from "../segments/SegmentState.tsx";
import { actorName } from "../shared/actorName.ts";
import { capitalize } from "../shared/format.ts";
import { Time } from "../shared/Time.tsx";
import { DetailActions } from "./DetailActions.tsx";
import styles from "./SegmentDetailModal.module.css";
import { useFold } from "./useFold.ts";

interface Props {
  segment: GetSegmentResult | undefined;
  /** What the list calls it, while the segment itself is on its way. */
  listedName: string | undefined;
}

/** What the segment is, and what can be done with all of it. The title takes the focus when the dialog opens. */
export function DetailHeader({ segment, listedName = "Segment" }: Props) {
  return (
    <>
      <div className={styles.bar}>
        {segment === undefined ? (
          <Skeleton width={40} height={40} />
        ) : (
          <SegmentIcon group={segment.segmentType} size={40} />
        )}
        <Modal.Title component="h2" className={`${styles.title} isolated`} tabIndex={-1} data-autofocus>
          {segment?.name ?? listedName}
        </Modal.Title>
        <Modal.CloseButton aria-label="Close" size="lg" />
      </div>
      <div className={styles.about}>
        <div className={styles.texts}>{segment === undefined ? <LoadingAbout /> : <About segment={segment} />}</div>
        <div className={styles.actions}>{segment !== undefined && <DetailActions segment={segment} />}</div>
      </div>
    </>
  );
}

/** As high as what comes. */
function LoadingAbout() {
  return (
    <>
      <div className={styles.words}>
        <Skeleton height={14} width="70%" />
      </div>
      <div className={styles.meta} />
    </>
  );
}

function About({ segment }: { segment: GetSegmentResult }) {
  const lastRunAt = lastSuccessAt(useQuery(lastRunsQuery).data?.runs);
  const { criteriaInWords: words, description } = segment;
  const sentence = words !== null && segment.type === "custom" ? capitalize(words) : words;
  const { ref, isFolded, isCut, toggle } = useFold();
  return (
    <>
      <p ref={ref} className={`${styles.words} isolated`} data-folded={isFolded}>
        {segment.type === "system" && `${description}: `}
        {sentence === null ? UNREADABLE_DEFINITION : `${sentence}.`}
        {segment.type === "custom" && description !== "" && ` ${description}`}
      </p>
      <div className={styles.meta}>
        <SegmentState segment={segment} lastRunAt={lastRunAt} />
        {segment.isActive && segment.health.kind === "ok" && (
          <span>
            <ComputedAt segment={segment} lastRunAt={lastRunAt} />
          </span>
        )}
        <span>
          <LastChange countedAt={segment.countedAt} />
        </span>
        {segment.createdBy != null && (
          <span className="isolated">
            Created by {actorName(segment.createdBy)} · <Time at={segment.createdAt} as="date" /> · v{segment.version}
          </span>
        )}
        {isCut && (
          <button type="button" className={styles.unfold} aria-expanded={!isFolded} onClick={toggle}>
            {isFolded ? "Show all" : "Show less"}
          </button>
        )}
      </div>
    </>
  );
}
