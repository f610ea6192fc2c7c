import { Skeleton } from "@mantine/core";
import type { PreviewSegmentResult } from "../../api/client.ts";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import { faultsOf } from "../../shared/errorMessages.ts";
import { formatNumber, formatShare } from "../../shared/format.ts";
import { sentenceOf } from "../../shared/sentence.ts";
import type { Definition, Preview } from "../draft/usePreview.ts";
import { ChangePanel } from "./ChangePanel.tsx";
import styles from "./PreviewPanel.module.css";
import { SampleUsers } from "./SampleUsers.tsx";
import { useSampleValues } from "./useSampleValues.ts";

interface Props {
  preview: Preview;
  /** The fields of the conditions. */
  fields: string[];
  isEdit: boolean;
}

/** The users that the draft selects. */
export function PreviewPanel({ preview, fields, isEdit }: Props) {
  const { count, words, effect, isEmpty, isBehind } = preview;
  const hasFaults = faultsOf(count.error).length > 0;
  return (
    <aside className={styles.panel} aria-label="Preview" data-behind={isBehind && !isEmpty}>
      <h2 className={styles.title}>Preview</h2>
      {isEmpty ? (
        <p className={styles.note}>Complete a condition to see who matches.</p>
      ) : hasFaults ? (
        <p className={styles.note}>Fix the marked conditions to see who matches.</p>
      ) : count.error !== null ? (
        <ErrorNotice error={count.error} onRetry={() => void count.refetch()} />
      ) : count.data === undefined ? (
        <Skeleton height={180} />
      ) : (
        <>
          <Share counted={count.data} />
          {words.data !== undefined && (
            <p className={`${styles.sentence} isolated`}>{sentenceOf(words.data.sentence)}</p>
          )}
          {isEdit && (
            <ChangePanel effect={effect.data} error={effect.error} matching={count.data.matchCount} fields={fields} />
          )}
          <Sample users={count.data.sampleUsers} fields={fields} definition={preview.definition} />
        </>
      )}
    </aside>
  );
}

interface SampleProps {
  users: PreviewSegmentResult["sampleUsers"];
  fields: string[];
  definition: Definition;
}

function Sample({ users, fields, definition }: SampleProps) {
  return <SampleUsers users={users} fields={fields} more={useSampleValues(users, definition)} />;
}

function Share({ counted }: { counted: PreviewSegmentResult }) {
  const { matchCount, totalUsers, isEstimate, countedUsers } = counted;
  const part = totalUsers === 0 ? 0 : matchCount / totalUsers;
  return (
    <div>
      <p className={styles.count} role="status">
        {isEstimate && "About "}
        <strong>{formatNumber(matchCount)}</strong> of {formatNumber(totalUsers)} users ·{" "}
        {formatShare(matchCount, totalUsers)}
      </p>
      <div className={styles.bar} aria-hidden="true">
        <span style={{ width: `${Math.max(part * 100, matchCount > 0 ? 0.7 : 0)}%` }} />
      </div>
      {isEstimate && (
        <p className={styles.estimate}>
          Estimated from {formatNumber(countedUsers)} users: counting everyone takes too long. Saving gives the exact
          count.
        </p>
      )}
    </div>
  );
}

/** The same in a line, where the panel lies below all conditions. Screen readers have it from there. */
export function BriefShare({ preview: { count, isEmpty } }: { preview: Preview }) {
  if (isEmpty || count.data === undefined || count.error !== null) return null;
  const { matchCount, totalUsers, isEstimate } = count.data;
  return (
    <p className={styles.brief} aria-hidden="true">
      {isEstimate && "About "}
      <strong>{formatNumber(matchCount)}</strong> match · {formatShare(matchCount, totalUsers)}
    </p>
  );
}
