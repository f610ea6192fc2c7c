import { IconLogin2, IconLogout2, IconTrendingDown, IconTrendingUp, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ComponentProps } from "react";
import type { Period } from "../app/routes.ts";
import { isNew } from "../segments/isNew.ts";
import { toneOf } from "../segments/polarity.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { formatNumber, formatRate } from "../shared/format.ts";
import { PageLink } from "../shared/PageLink.tsx";
import { StatCard, StatRow } from "../shared/StatCard.tsx";
import { type SegmentKey, segmentQuery, statsQuery } from "./queries.ts";

/** Four figures of a period, which ends now. */
export function StatCards({ segmentKey, days }: { segmentKey: SegmentKey; days: Period }) {
  const { data, error, refetch, isPlaceholderData } = useQuery(statsQuery(segmentKey, days));
  const { data: segment } = useQuery(segmentQuery(segmentKey));
  if (error !== null && data === undefined) return <ErrorNotice error={error} onRetry={() => void refetch()} />;
  const isFalling = data !== undefined && data.growthRate < 0;
  // While another period is on its way, the figures are still those of the period before, and say so.
  const shown = data === undefined ? days : Number.parseInt(data.period, 10);
  const period = `Last ${shown} days`;
  const sizeAtStart = data === undefined ? 0 : data.currentCount - data.addedCount + data.removedCount;
  const hasNoPeriod = segment !== undefined && isNew(segment, shown, sizeAtStart);
  const growth = data === undefined ? { value: undefined } : hasNoPeriod ? NEW : growthOf(segmentKey, data.growthRate);
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
        value={data && <Movements tab="joined" segmentKey={segmentKey} days={days} count={data.addedCount} />}
        tone={data && toneOf(segmentKey, data.addedCount)}
        note={period}
      />
      <StatCard
        icon={IconLogout2}
        label="Left"
        value={data && <Movements tab="left" segmentKey={segmentKey} days={days} count={data.removedCount} />}
        tone={data && toneOf(segmentKey, -data.removedCount)}
        note={period}
      />
      <StatCard icon={isFalling ? IconTrendingDown : IconTrendingUp} label="Growth rate" {...growth} />
    </StatRow>
  );
}

interface MovementsProps {
  tab: "joined" | "left";
  segmentKey: SegmentKey;
  days: Period;
  count: number;
}

/** A figure that leads to the people it counts. */
function Movements({ tab, segmentKey: { segmentType: type, segmentValue: value }, days, count }: MovementsProps) {
  return (
    <PageLink
      to="/segments/$type/$value/$tab"
      params={{ type, value, tab }}
      search={days === 30 ? {} : { days }}
      aria-label={`${formatNumber(count)} ${tab}: see who`}
    >
      {formatNumber(count)}
    </PageLink>
  );
}

const NEW: Growth = { value: "New", note: "No full period yet" };

type Growth = Pick<ComponentProps<typeof StatCard>, "value" | "tone" | "note">;

function growthOf(key: SegmentKey, rate: number): Growth {
  const note = rate === 0 ? "No change" : rate > 0 ? "Growing" : "Shrinking";
  return { value: formatRate(rate), tone: toneOf(key, rate), note };
}
