import type { Segment } from "../api/client.ts";
import styles from "./SegmentState.module.css";

/** Whether runs keep it up to date, and if they cannot, why. */
export function SegmentState({ segment }: { segment: Pick<Segment, "isActive" | "failure"> }) {
  if (segment.failure !== null) {
    return (
      <span className={styles.state} data-state="failed" title={segment.failure}>
        Failed: {segment.failure}
      </span>
    );
  }
  return (
    <span className={styles.state} data-state={segment.isActive ? "active" : "inactive"}>
      {segment.isActive ? "Active" : "Inactive"}
    </span>
  );
}
