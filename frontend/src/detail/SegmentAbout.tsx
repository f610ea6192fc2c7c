import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { GetSegmentResult } from "../api/client.ts";
import { ComputedAt, LastChange } from "../segments/ComputedAt.tsx";
import { UNREADABLE_DEFINITION } from "../segments/health.ts";
import { lastRunsQuery } from "../segments/queries.ts";
import { SegmentState } from "../segments/SegmentState.tsx";
import { actorName } from "../shared/actorName.ts";
import { readable, sentenceOf } from "../shared/sentence.ts";
import { Time } from "../shared/Time.tsx";
import styles from "./SegmentDetailModal.module.css";
import { useFold } from "./useFold.ts";

/** What the segment is, in a sentence, and where it stands. */
export function SegmentAbout({ segment }: { segment: GetSegmentResult | undefined }) {
  return <div className={styles.texts}>{segment === undefined ? <LoadingAbout /> : <About segment={segment} />}</div>;
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
  const lastRunAt = useQuery(lastRunsQuery).data?.lastSuccessAt;
  const { criteriaInWords: words, description } = segment;
  const { ref, isFolded, isCut, toggle } = useFold();
  return (
    <>
      <p ref={ref} className={`${styles.words} isolated`} data-folded={isFolded}>
        {words === null
          ? UNREADABLE_DEFINITION
          : segment.type === "system"
            ? `${description}: ${readable(words)}.`
            : sentenceOf(words)}
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
        {segment.editedBy != null && segment.editedAt != null && segment.version !== 1 && (
          <span className="isolated">
            Edited by {actorName(segment.editedBy)} · <Time at={segment.editedAt} as="date" />
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
