import styles from "../segments/SegmentState.module.css";
import type { SyncMark } from "./mark.ts";

/** Where sync of a segment stands. */
export function SyncState({ mark: { state, text } }: { mark: SyncMark }) {
  return (
    <span className={styles.state} data-state={state}>
      <span>{text}</span>
    </span>
  );
}
