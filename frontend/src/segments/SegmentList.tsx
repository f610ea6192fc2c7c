import { IconSearchOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useDeferredValue, useMemo } from "react";
import type { ListedSegment } from "../api/client.ts";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import { EmptyState } from "../shared/EmptyState.tsx";
import { LoadingList } from "./LoadingList.tsx";
import { lastRunsQuery } from "./queries.ts";
import { SegmentToolbar } from "./SegmentToolbar.tsx";
import { filterListed } from "./table/filterListed.ts";
import { sortListed } from "./table/sortListed.ts";
import { useListed } from "./table/useListed.ts";
import { useListSearch } from "./table/useListSearch.ts";

const SegmentTable = lazy(async () => ({ default: (await import("./table/SegmentTable.tsx")).SegmentTable }));
const SegmentGrid = lazy(async () => ({ default: (await import("./SegmentGrid.tsx")).SegmentGrid }));

interface Props {
  /** Nothing while they are on their way. */
  segments: ListedSegment[] | undefined;
}

const NONE: ListedSegment[] = [];

/** The segments that the search and the filters leave, as a table or as cards. */
export function SegmentList({ segments }: Props) {
  const { search } = useListSearch();
  // What is typed is drawn first, and the list when there is time.
  const { q, show, type, synced, tag, creator, sort } = useDeferredValue(search);
  const all = useListed(segments ?? NONE);
  const found = useMemo(
    () => sortListed(filterListed(all, { q, show, type, synced, tag, creator }), sort),
    [all, q, show, type, synced, tag, creator, sort],
  );
  const lastRunAt = useQuery(lastRunsQuery).data?.lastSuccessAt;
  const isCards = search.view === "cards";
  return (
    <>
      <SegmentToolbar found={found.length} segments={segments} />
      {segments === undefined ? (
        <LoadingList isCards={isCards} />
      ) : found.length === 0 ? (
        <NoMatch />
      ) : (
        <Suspense fallback={<LoadingList isCards={isCards} />}>
          {isCards ? (
            <SegmentGrid found={found} lastRunAt={lastRunAt} />
          ) : (
            <SegmentTable segments={segments} found={found} lastRunAt={lastRunAt} />
          )}
        </Suspense>
      )}
    </>
  );
}

function NoMatch() {
  const { q, show = "all", type, synced, tag, creator } = useListSearch().search;
  const isFiltered = [type, synced, tag, creator].some((filter) => filter !== undefined);
  const kind = show === "all" || show === "attention" ? "segments" : `${show} segments`;
  const needs = show === "attention" ? " need attention" : "";
  const title = q !== undefined ? `No ${kind} match “${q}”` : isFiltered ? `No ${kind} match` : `No ${kind}${needs}`;
  return (
    <EmptyState icon={IconSearchOff} title={title}>
      <span>{q === undefined ? "Change the filters." : "Check the spelling, or search for part of a name."}</span>
      <ButtonLink to="." search={({ view }) => ({ view })} replace variant="default" size="sm">
        Show all segments
      </ButtonLink>
    </EmptyState>
  );
}
