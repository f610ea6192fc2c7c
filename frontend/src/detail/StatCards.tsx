import { IconLogin2, IconLogout2, IconTrendingDown, IconTrendingUp, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { formatNumber, formatRate } from "../shared/format.ts";
import { StatCard, StatRow } from "../shared/StatCard.tsx";
import { type SegmentKey, statsQuery } from "./queries.ts";

/** Four figures of a period, which ends now. */
export function StatCards({ segmentKey, days }: { segmentKey: SegmentKey; days: number }) {
  const { data, error, refetch, isPlaceholderData } = useQuery(statsQuery(segmentKey, days));
  if (error !== null && data === undefined) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const isFalling = data !== undefined && data.growthRate < 0;
  // While another period is on its way, the figures are still those of the period before, and say so.
  const shown = data === undefined ? days : Number.parseInt(data.period, 10);
  const period = `Last ${shown} days`;
  return (
    <StatRow label="Figures" isStale={isPlaceholderData}>
      <StatCard
        icon={IconUsers}
        label="Current size"
        value={data && formatNumber(data.currentCount)}
        note="members now"
      />
      <StatCard
        icon={IconLogin2}
        label="Joined"
        value={data && formatNumber(data.addedCount)}
        tone={data && data.addedCount > 0 ? "good" : undefined}
        note={period}
      />
      <StatCard
        icon={IconLogout2}
        label="Left"
        value={data && formatNumber(data.removedCount)}
        tone={data && data.removedCount > 0 ? "bad" : undefined}
        note={period}
      />
      <StatCard
        icon={isFalling ? IconTrendingDown : IconTrendingUp}
        label="Growth rate"
        value={data && formatRate(data.growthRate)}
        tone={data && trend(data.growthRate).tone}
        note={data && trend(data.growthRate).words}
      />
    </StatRow>
  );
}

function trend(growth: number): { tone: "good" | "bad" | undefined; words: string } {
  if (growth > 0) return { tone: "good", words: "growing" };
  return growth < 0 ? { tone: "bad", words: "shrinking" } : { tone: undefined, words: "no change" };
}
