import { Skeleton } from "@mantine/core";
import { IconSearchOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useMemo } from "react";
import type { Segment } from "../api/client.ts";
import { listRoute } from "../app/routes.ts";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import { EmptyState } from "../shared/EmptyState.tsx";
import { syncMarks } from "../sync/mark.ts";
import { syncStatusQuery } from "../sync/queries.ts";
import { filterSegments } from "./filterSegments.ts";
import { NearItem } from "./NearItem.tsx";
import { lastRunsQuery, lastSuccessAt, sizesQuery } from "./queries.ts";
import { SegmentCard } from "./SegmentCard.tsx";
import styles from "./SegmentGrid.module.css";

/** Placeholder cards while loading: one for each built-in segment. */
const PLACEHOLDER_COUNT = 13;

/** A card for each segment that the search and the filter leave. */
export function SegmentGrid({ segments }: { segments: Segment[] | undefined }) {
  const search = listRoute.useSearch();
  // What is typed is drawn first, and the list when there is time.
  const { q = "", show = "all" } = useDeferredValue(search);
  const sizes = useQuery(sizesQuery);
  const runs = useQuery(lastRunsQuery);
  const sizesOf = useMemo(() => new Map(sizes.data?.segments.map(({ id, sizes }) => [id, sizes])), [sizes.data]);
  const sync = useQuery(syncStatusQuery);
  const marks = useMemo(() => syncMarks(sync.data), [sync.data]);
  const lastRunAt = lastSuccessAt(runs.data?.runs);
  if (segments === undefined) return <LoadingGrid />;
  const found = filterSegments(segments, q, show);
  if (found.length === 0) return <NoMatch />;
  return (
    <ul className={styles.grid} aria-label="Matching segments">
      {found.map((segment, place) => (
        <NearItem key={segment.id} isFirst={place < PLACEHOLDER_COUNT}>
          <SegmentCard
            segment={segment}
            sizes={sizesOf.get(segment.id)}
            sync={marks.get(segment.id)}
            lastRunAt={lastRunAt}
          />
        </NearItem>
      ))}
    </ul>
  );
}

function LoadingGrid() {
  return (
    <div className={styles.grid} aria-busy="true" role="status">
      <span className="unseen">Loading segments</span>
      {Array.from({ length: PLACEHOLDER_COUNT }, (_, place) => (
        <Skeleton key={place} height={226} radius={12} />
      ))}
    </div>
  );
}

function NoMatch() {
  const { q, show = "all" } = listRoute.useSearch();
  const kind = show === "all" ? "segments" : `${show} segments`;
  return (
    <EmptyState icon={IconSearchOff} title={q === undefined ? `No ${kind}` : `No ${kind} match “${q}”`}>
      <span>Check the spelling, or search for part of a name.</span>
      <ButtonLink to="." search={{}} replace variant="default" size="sm">
        Show all segments
      </ButtonLink>
    </EmptyState>
  );
}
