import { Skeleton } from "@mantine/core";
import type { PreviewSegmentResult, Segment } from "../../api/client.ts";
import { inWords } from "../../segments/words.ts";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import { share, whole } from "../../shared/formats.ts";
import { faultsOf } from "../../shared/said.ts";
import type { Preview } from "../draft/usePreview.ts";
import { ChangePanel } from "./ChangePanel.tsx";
import styles from "./PreviewPanel.module.css";
import { SampleUsers } from "./SampleUsers.tsx";

interface Props {
  preview: Preview;
  segments: Segment[];
  isEdit: boolean;
}

/** Whom the draft selects, while it is being built. */
export function PreviewPanel({ preview, segments, isEdit }: Props) {
  const { count, words, effect, isEmpty, isBehind } = preview;
  const hasFaults = faultsOf(count.error).length > 0;
  return (
    <aside className={styles.panel} aria-label="Preview" data-behind={isBehind && !isEmpty}>
      <h2 className={styles.title}>Preview</h2>
      {isEmpty ? (
        <p className={styles.note}>Finish a condition to see who matches.</p>
      ) : hasFaults ? (
        <p className={styles.note}>The definition has faults. They stand beside the conditions they are about.</p>
      ) : count.error !== null ? (
        <ErrorNotice error={count.error} onRetry={() => void count.refetch()} />
      ) : count.data === undefined ? (
        <Skeleton height={180} />
      ) : (
        <>
          <Share counted={count.data} />
          {words.data !== undefined && (
            <p className={`${styles.sentence} isolated`}>{inWords(words.data.sentence, segments)}.</p>
          )}
          {isEdit && <ChangePanel effect={effect.data} error={effect.error} matching={count.data.matchCount} />}
          <SampleUsers users={count.data.sampleUsers} />
        </>
      )}
    </aside>
  );
}

function Share({ counted }: { counted: PreviewSegmentResult }) {
  const { matchCount, totalUsers, isEstimate, countedUsers } = counted;
  const part = totalUsers === 0 ? 0 : matchCount / totalUsers;
  return (
    <div>
      <p className={styles.count} role="status">
        {isEstimate && "About "}
        <strong>{whole(matchCount)}</strong> of {whole(totalUsers)} users · {share(matchCount, totalUsers)}
      </p>
      <div className={styles.bar} aria-hidden="true">
        <span style={{ width: `${Math.max(part * 100, matchCount > 0 ? 0.7 : 0)}%` }} />
      </div>
      {isEstimate && (
        <p className={styles.estimate}>
          Estimated from {whole(countedUsers)} of them: counting all takes too long here. A save is always exact.
        </p>
      )}
    </div>
  );
}

/** The same in a line, where the panel lies below all conditions. Screen readers have it from there. */
export function ShareInBrief({ preview: { count, isEmpty } }: { preview: Preview }) {
  if (isEmpty || count.data === undefined || count.error !== null) return null;
  const { matchCount, totalUsers, isEstimate } = count.data;
  return (
    <p className={styles.brief} aria-hidden="true">
      {isEstimate && "About "}
      <strong>{whole(matchCount)}</strong> match · {share(matchCount, totalUsers)}
    </p>
  );
}
