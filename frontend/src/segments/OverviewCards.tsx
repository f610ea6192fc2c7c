import { IconCategory, IconTrophy, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Segment } from "../api/client.ts";
import { formatNumber, formatShare, pluralize } from "../shared/format.ts";
import { StatCard, StatRow } from "../shared/StatCard.tsx";
import { audienceSizeQuery } from "./queries.ts";

/** Three figures about all segments. */
export function OverviewCards({ segments }: { segments: Segment[] | undefined }) {
  const audience = useQuery(audienceSizeQuery);
  const largest = segments?.reduce((one, other) => (other.userCount > one.userCount ? other : one));
  return (
    <StatRow label="Overview">
      <StatCard
        icon={IconCategory}
        label="Total segments"
        value={segments && formatNumber(segments.length)}
        note={segments && kindsSummary(segments)}
      />
      <StatCard
        icon={IconUsers}
        label="Users in segments"
        value={audience.data && formatNumber(audience.data.segmentedUsers)}
        failed={audience.isError && audience.data === undefined}
        note={
          audience.isError && audience.data === undefined
            ? "Could not be counted. Refresh to try again."
            : audience.data &&
              `${formatShare(audience.data.segmentedUsers, audience.data.totalUsers)} of ${pluralize(audience.data.totalUsers, "user")}`
        }
      />
      <StatCard
        icon={IconTrophy}
        label="Largest segment"
        value={largest && (largest.userCount === 0 ? "None yet" : largest.name)}
        note={largest && `${pluralize(largest.userCount, "member")}`}
      />
    </StatRow>
  );
}

function kindsSummary(segments: Segment[]): string {
  const custom = segments.filter(({ type }) => type === "custom").length;
  return `${segments.length - custom} built-in, ${custom} custom`;
}
