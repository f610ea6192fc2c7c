// Who makes a synced segment differ from the one at Resend, by name. Each list loads when it is opened.
import { type ReactNode, type RefObject, useRef, useState } from "react";
import type { SegmentSync } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { formatNumber } from "../shared/format.ts";
import panel from "../shared/Panel.module.css";
import { DriftedPeople } from "./DriftedPeople.tsx";
import { focusUnlessReturned } from "./focusUnlessReturned.ts";
import { HeldPeople } from "./HeldPeople.tsx";
import { heldCount } from "./mark.ts";
import styles from "./People.module.css";

interface Props {
  segmentKey: SegmentKey;
  sync: SegmentSync;
}

export function PeopleLists({ segmentKey, sync: { held, drift, extras } }: Props) {
  const heldSummary = useRef<HTMLElement>(null);
  const isChecked = drift.asOf !== null;
  return (
    <div className={styles.lists}>
      <List title="Held back" count={heldCount(held)} summary={heldSummary} words="Members who get no mail.">
        <HeldPeople segmentKey={segmentKey} held={held} onClose={() => focusUnlessReturned(heldSummary)} />
      </List>
      <List title="Missing" count={isChecked ? drift.missing : null} words={MISSING}>
        <DriftedPeople segmentKey={segmentKey} kind="missing" label="Missing people" isChecked={isChecked} />
      </List>
      <List title="Extra" count={isChecked ? drift.extra : null} words={EXTRA[extras]}>
        <DriftedPeople segmentKey={segmentKey} kind="extra" label="Extra people" isChecked={isChecked} />
      </List>
    </div>
  );
}

const MISSING =
  "A sync added these people, but the latest full check did not find them at Resend. It added back everyone mail can reach.";
const FOUND = "The latest full check found these people in the segment at Resend, but no sync added them.";
const EXTRA: Record<SegmentSync["extras"], string> = {
  keep: `${FOUND} They stay there.`,
  remove: `${FOUND} Full checks remove them.`,
};

interface ListProps {
  title: string;
  /** Null if it is not known. */
  count: number | null;
  /** Who is listed. */
  words: string;
  summary?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

function List({ title, count, words, summary, children }: ListProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details className={styles.fold} onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary ref={summary}>
        {title} <span className={styles.count}>{count === null ? "—" : formatNumber(count)}</span>
      </summary>
      {isOpen && (
        <div className={styles.open}>
          {count !== null && count > 0 && <p className={panel.words}>{words}</p>}
          {children}
        </div>
      )}
    </details>
  );
}
