import type { Segment } from "../api/client.ts";
import { StateLabel } from "../shared/StateLabel.tsx";
import { healthText } from "./health.ts";

/** Whether runs keep the segment up to date, and if not, why. */
export function SegmentState({ segment: { isActive, health } }: { segment: Pick<Segment, "isActive" | "health"> }) {
  const reason = healthText(health);
  if (reason !== null) {
    return (
      <StateLabel state="failed" title={reason}>
        {reason}
      </StateLabel>
    );
  }
  return <StateLabel state={isActive ? "active" : "inactive"}>{isActive ? "Active" : "Inactive"}</StateLabel>;
}
