import type { Segment } from "../api/client.ts";
import styles from "./SegmentState.module.css";
import { withSegmentNames } from "./serverMessages.ts";

interface Props {
  segment: Pick<Segment, "isActive" | "failure">;
  all: Segment[];
}

/** Whether runs keep it up to date, and if they cannot, why. */
export function SegmentState({ segment, all }: Props) {
  if (segment.failure !== null) {
    const reason = withSegmentNames(segment.failure, all);
    return (
      <span className={styles.state} data-state="failed" title={reason}>
        <span>Failed: {reason}</span>
      </span>
    );
  }
  return (
    <span className={styles.state} data-state={segment.isActive ? "active" : "inactive"}>
      {segment.isActive ? "Active" : "Inactive"}
    </span>
  );
}
