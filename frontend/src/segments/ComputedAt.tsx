import type { Segment } from "../api/client.ts";
import { Time } from "../shared/Time.tsx";

interface Props {
  segment: Pick<Segment, "countedAt" | "createdAt" | "isActive" | "health">;
  /** The clock of the last run that succeeded. */
  lastRunAt: string | undefined;
}

/** A run counts even if it changed nothing, unless the segment is newer. An inactive or failed segment was not computed, so it shows its last change. */
export function ComputedAt({ segment: { countedAt, createdAt, isActive, health }, lastRunAt }: Props) {
  if (!isActive || health.kind !== "ok") return <LastChange countedAt={countedAt} />;
  const isNewer = lastRunAt !== undefined && Date.parse(lastRunAt) < Date.parse(createdAt);
  const known = [countedAt, isNewer ? null : lastRunAt].filter((at) => at != null);
  const at = known.sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1);
  return at === undefined ? (
    "Not computed yet"
  ) : (
    <>
      Computed <Time at={at} as="ago" />
    </>
  );
}

/** When the members last changed. */
export function LastChange({ countedAt }: Pick<Segment, "countedAt">) {
  if (countedAt === null) return "No changes yet";
  return (
    <>
      Last changed <Time at={countedAt} as="ago" />
    </>
  );
}
