import { IconCategory, IconTrophy, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Segment } from "../api/client.ts";
import { formatNumber, formatShare, pluralize } from "../shared/format.ts";
import { StatCard, StatRow } from "../shared/StatCard.tsx";
import { audienceSizeQuery, segmentsQuery } from "./queries.ts";

const FAILED = "Could not be counted. Refresh to try again.";

/** Three figures about all segments. */
export function OverviewCards() {
  const { data, isError } = useQuery(segmentsQuery);
  const segments = data?.segments;
  const hasFailed = isError && segments === undefined;
  const audience = useQuery(audienceSizeQuery);
  const hasNoAudience = audience.isError && audience.data === undefined;
  const largest = segments?.reduce((one, other) => (other.userCount > one.userCount ? other : one));
  return (
    <StatRow label="Overview">
      <StatCard
        icon={IconCategory}
        label="Total segments"
        value={segments && formatNumber(segments.length)}
        failed={hasFailed}
        note={hasFailed ? FAILED : segments && kindsSummary(segments)}
      />
      <StatCard
        icon={IconUsers}
        label="Users in segments"
        value={audience.data && formatNumber(audience.data.segmentedUsers)}
        failed={hasNoAudience}
        note={
          hasNoAudience
            ? FAILED
            : audience.data &&
              `${formatShare(audience.data.segmentedUsers, audience.data.totalUsers)} of ${pluralize(audience.data.totalUsers, "user")}`
        }
      />
      <StatCard
        icon={IconTrophy}
        label="Largest segment"
        value={largest && (largest.userCount === 0 ? "None yet" : largest.name)}
        failed={hasFailed}
        note={hasFailed ? FAILED : largest && pluralize(largest.userCount, "member")}
      />
    </StatRow>
  );
}

function kindsSummary(segments: Segment[]): string {
  const custom = segments.filter(({ type }) => type === "custom").length;
  return `${segments.length - custom} built-in · ${custom} custom`;
}
