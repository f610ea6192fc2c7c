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

/** What the segment is, and what can be done with all of it. */
export function DetailHeader({ segment }: { segment: GetSegmentResult | undefined }) {
  return (
    <div className={styles.header}>
      {segment === undefined ? (
        <Skeleton width={44} height={44} />
      ) : (
        <SegmentIcon group={segment.segmentType} size={44} />
      )}
      <div className={styles.names}>
        <Modal.Title component="h2" className={`${styles.title} isolated`}>
          {segment?.name ?? "Segment"}
        </Modal.Title>
        {segment === undefined ? <LoadingAbout /> : <About segment={segment} />}
      </div>
      <div className={styles.actions}>{segment !== undefined && <DetailActions segment={segment} />}</div>
      <Modal.CloseButton className={styles.close ?? ""} aria-label="Close" size="lg" />
    </div>
  );
}

/** As high as what comes. */
function LoadingAbout() {
  return (
    <>
      <p className={styles.words}>
        <Skeleton component="span" display="block" height={14} width="70%" />
      </p>
      <div className={styles.meta} />
    </>
  );
}

function About({ segment }: { segment: GetSegmentResult }) {
  const lastRunAt = lastSuccessAt(useQuery(lastRunsQuery).data?.runs);
  const { criteriaInWords: words, description } = segment;
  const sentence = words !== null && segment.type === "custom" ? capitalize(words) : words;
  return (
    <>
      <p className={`${styles.words} isolated`}>
        {segment.type === "system" && `${description}: `}
        {sentence === null ? UNREADABLE_DEFINITION : `${sentence}.`}
        {segment.type === "custom" && description !== "" && ` ${description}`}
      </p>
      <div className={styles.meta}>
        <SegmentState segment={segment} />
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
            Created by {actorName(segment.createdBy)} on <Time at={segment.createdAt} as="date" />, version{" "}
            {segment.version}
          </span>
        )}
      </div>
    </>
  );
}
