import { Skeleton } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight } from "@tabler/icons-react";
import type { Group, PreviewSegmentChangeResult } from "../../api/client.ts";
import { Dependants } from "../../segments/Dependants.tsx";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import { formatNumber, pluralize } from "../../shared/format.ts";
import styles from "./PreviewPanel.module.css";
import { SampleUsers } from "./SampleUsers.tsx";

interface Props {
  effect: PreviewSegmentChangeResult | undefined;
  error: Error | null;
  /** How many match the definition, before overrides. */
  matching: number;
  /** The fields of the conditions. */
  fields: string[];
}

/** Who would enter and who would leave if the draft were saved. */
export function ChangePanel({ effect, error, matching, fields }: Props) {
  if (error !== null) return <ErrorNotice error={error} />;
  if (effect === undefined) return <Skeleton height={64} />;
  const { enter, leave, stay, isActive, isEstimate } = effect;
  const about = isEstimate ? "About " : "";
  const hasOverrides = !isEstimate && enter.count + stay.count !== matching;
  return (
    <section className={styles.change} aria-label="Effect of saving">
      <h3 className={styles.small}>
        {isActive ? "If you save this" : "This segment is inactive. When you activate it"}
      </h3>
      <div className={styles.groups}>
        <Side group={enter} tone="good" word={enter.count === 1 ? "joins" : "join"} about={about} fields={fields} />
        <Side group={leave} tone="bad" word={leave.count === 1 ? "leaves" : "leave"} about={about} fields={fields} />
      </div>
      <p className={styles.note}>
        {about}
        {pluralize(stay.count, "user stays", "users stay")}.
        {hasOverrides && " Includes manual additions and exclusions."}
      </p>
      <Dependants dependants={effect.dependants} />
    </section>
  );
}

interface SideProps {
  group: Group;
  tone: "good" | "bad";
  word: string;
  about: string;
  fields: string[];
}

function Side({ group, tone, word, about, fields }: SideProps) {
  const Icon = tone === "good" ? IconArrowDownLeft : IconArrowUpRight;
  return (
    <details className={styles.side} data-tone={tone}>
      <summary>
        <Icon size={16} aria-hidden />
        {about}
        <strong>{formatNumber(group.count)}</strong> {word}
      </summary>
      {group.count === 0 ? (
        <p className={styles.note}>No one.</p>
      ) : (
        <SampleUsers users={group.sampleUsers} fields={fields} />
      )}
    </details>
  );
}
