import { Skeleton } from "@mantine/core";
import type { SampleUser, Segment } from "../api/client.ts";
import { faultsOf } from "../app/said.ts";
import { ErrorNotice } from "../common/ErrorNotice.tsx";
import { share, whole } from "../common/formats.ts";
import { nameOf } from "../detail/names.ts";
import { inWords } from "../segments/words.ts";
import { ChangePanel } from "./ChangePanel.tsx";
import styles from "./PreviewPanel.module.css";
import type { Preview } from "./usePreview.ts";

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
          <Share matching={count.data.matchCount} all={count.data.totalUsers} />
          {words.data !== undefined && (
            <p className={`${styles.sentence} isolated`}>{inWords(words.data.sentence, segments)}.</p>
          )}
          {isEdit && <ChangePanel effect={effect.data} error={effect.error} />}
          <Sample users={count.data.sampleUsers} />
        </>
      )}
    </aside>
  );
}

function Share({ matching, all }: { matching: number; all: number }) {
  const part = all === 0 ? 0 : matching / all;
  return (
    <div>
      <p className={styles.count} role="status">
        <strong>{whole(matching)}</strong> of {whole(all)} users · {share(matching, all)}
      </p>
      <div className={styles.bar} aria-hidden="true">
        <span style={{ width: `${Math.max(part * 100, matching > 0 ? 0.7 : 0)}%` }} />
      </div>
    </div>
  );
}

/** Some people, so that one sees whether they are the right ones. */
export function Sample({ users, label = "Some of them" }: { users: SampleUser[]; label?: string }) {
  if (users.length === 0) return null;
  return (
    <div>
      <h3 className={styles.small}>{label}</h3>
      <ul className={styles.people}>
        {users.map((user) => (
          <li key={user.id}>
            <span className="isolated">{nameOf(user)}</span>
            <span className={`${styles.email} isolated`}>{user.email}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
