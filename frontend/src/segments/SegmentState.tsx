import type { Segment } from "../api/client.ts";
import { healthText } from "./health.ts";
import styles from "./SegmentState.module.css";

/** Whether runs keep the segment up to date, and if not, why. */
export function SegmentState({ segment: { isActive, health } }: { segment: Pick<Segment, "isActive" | "health"> }) {
  const reason = healthText(health);
  if (reason !== null) {
    return (
      <span className={styles.state} data-state="failed" title={reason}>
        <span>{reason}</span>
      </span>
    );
  }
  return (
    <span className={styles.state} data-state={isActive ? "active" : "inactive"}>
      {isActive ? "Active" : "Inactive"}
    </span>
  );
}
