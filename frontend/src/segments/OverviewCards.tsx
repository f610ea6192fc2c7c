import { IconCategory, IconTrophy, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { Segment } from "../api/client.ts";
import { counted, share, whole } from "../shared/formats.ts";
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
        value={segments && whole(segments.length)}
        note={segments && ofKinds(segments)}
      />
      <StatCard
        icon={IconUsers}
        label="Total users segmented"
        value={audience.data && whole(audience.data.segmentedUsers)}
        failed={audience.isError && audience.data === undefined}
        note={
          audience.isError && audience.data === undefined
            ? "Could not be counted: refresh to try again."
            : audience.data &&
              `${share(audience.data.segmentedUsers, audience.data.totalUsers)} of ${counted(audience.data.totalUsers, "user")}`
        }
      />
      <StatCard
        icon={IconTrophy}
        label="Largest segment"
        value={largest && (largest.userCount === 0 ? "None yet" : largest.name)}
        note={largest && `${counted(largest.userCount, "member")}`}
      />
    </StatRow>
  );
}

function ofKinds(segments: Segment[]): string {
  const custom = segments.filter(({ type }) => type === "custom").length;
  return `${segments.length - custom} built in, ${custom} custom`;
}
