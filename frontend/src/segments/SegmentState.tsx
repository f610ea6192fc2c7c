import type { Segment } from "../api/client.ts";
import { useMinute } from "../shared/minute.ts";
import { StateLabel } from "../shared/StateLabel.tsx";
import { healthText, isOutOfDate } from "./health.ts";

interface Props {
  segment: Pick<Segment, "isActive" | "health">;
  /** The clock of the last run that succeeded. */
  lastRunAt: string | undefined;
}

/** Whether runs keep the segment up to date, and if not, why. */
export function SegmentState({ segment: { isActive, health }, lastRunAt }: Props) {
  const now = useMinute();
  const reason = healthText(health);
  if (reason !== null) {
    return (
      <StateLabel state="failed" title={reason}>
        {reason}
      </StateLabel>
    );
  }
  if (!isActive) return <StateLabel state="inactive">Inactive</StateLabel>;
  if (isOutOfDate(lastRunAt, now)) return <StateLabel state="outOfDate">Out of date</StateLabel>;
  return <StateLabel state="active">Active</StateLabel>;
}
