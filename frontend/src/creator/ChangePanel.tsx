import { Skeleton } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight } from "@tabler/icons-react";
import type { Group, PreviewSegmentChangeResult } from "../api/client.ts";
import { ErrorNotice } from "../common/ErrorNotice.tsx";
import { counted, whole } from "../common/formats.ts";
import styles from "./PreviewPanel.module.css";
import { Sample } from "./PreviewPanel.tsx";

interface Props {
  effect: PreviewSegmentChangeResult | undefined;
  error: Error | null;
}

/** Who would enter and who would leave if the draft were saved. */
export function ChangePanel({ effect, error }: Props) {
  if (error !== null) return <ErrorNotice error={error} />;
  if (effect === undefined) return <Skeleton height={64} />;
  const { enter, leave, stay, isActive } = effect;
  return (
    <section className={styles.change} aria-label="What saving does">
      <h3 className={styles.small}>
        {isActive ? "If you save this" : "The segment is inactive. Once it is activated"}
      </h3>
      <div className={styles.groups}>
        <Side group={enter} tone="good" word="enter" />
        <Side group={leave} tone="bad" word="leave" />
      </div>
      <p className={styles.note}>{counted(stay.count, "user")} stay.</p>
    </section>
  );
}

function Side({ group, tone, word }: { group: Group; tone: "good" | "bad"; word: string }) {
  const Icon = tone === "good" ? IconArrowDownLeft : IconArrowUpRight;
  return (
    <details className={styles.side} data-tone={tone}>
      <summary>
        <Icon size={16} aria-hidden />
        <strong>{whole(group.count)}</strong> {word}
      </summary>
      {group.count === 0 ? <p className={styles.note}>Nobody.</p> : <Sample users={group.sampleUsers} />}
    </details>
  );
}
