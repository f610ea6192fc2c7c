import { IconMailCheck } from "@tabler/icons-react";
import { useInfiniteQuery, useQueries, useQueryClient } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { GetSyncDriftResult, HeldMembers, HeldReason } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { formatNumber } from "../shared/format.ts";
import { PagedList } from "../shared/PagedList.tsx";
import toolbar from "../shared/Toolbar.module.css";
import { LiftDialog } from "./dialogs.ts";
import { HeldTable } from "./HeldTable.tsx";
import { holdsOf, type Liftable } from "./holds.ts";
import { HELD_REASONS } from "./mail.ts";
import { heldCount } from "./mark.ts";
import { driftQuery, knownSuppressions, suppressionsOfQuery } from "./queries.ts";
import { ReasonSelect } from "./ReasonSelect.tsx";

interface Props {
  segmentKey: SegmentKey;
  held: HeldMembers;
  /** Called when a dialog closes whose opener may be gone. */
  onClose: () => void;
}

/** Members who get no mail, with what to do for each. */
export function HeldPeople({ segmentKey, held, onClose }: Props) {
  const [reason, setReason] = useState<HeldReason>();
  const [lifted, setLifted] = useState<Liftable>();
  const found = useInfiniteQuery(driftQuery(segmentKey, "held", reason));
  const pages = found.data?.pages;
  const suppressions = useSuppressionsOf(pages ?? []);
  function close() {
    setLifted(undefined);
    onClose();
  }
  return (
    <>
      {heldCount(held) > 0 && (
        <div className={toolbar.toolbar}>
          <ReasonSelect
            label="Filter held people by reason"
            reasons={countedReasons(held)}
            value={reason}
            onChoose={setReason}
          />
        </div>
      )}
      {suppressions.failed !== undefined && (
        <ErrorNotice error={suppressions.failed.error} onRetry={() => void suppressions.failed?.refetch()} />
      )}
      <PagedList
        found={found}
        rows={pages?.flatMap(({ people }) => holdsOf(people, suppressions.byUser))}
        empty={<Nobody isFiltered={reason !== undefined} />}
      >
        {(holds) => <HeldTable holds={holds} onLift={setLifted} />}
      </PagedList>
      <Suspense>{lifted !== undefined && <LiftDialog liftable={lifted} onClose={close} />}</Suspense>
    </>
  );
}

/** One batch for each page that has suppressed people. */
function useSuppressionsOf(pages: GetSyncDriftResult[]) {
  const client = useQueryClient();
  const suppressed = pages.map(({ people }) => people.filter(({ why }) => why === "suppressed"));
  return useQueries({
    queries: suppressed
      .filter((people) => people.length > 0)
      .map((people) => suppressionsOfQuery(people, () => knownSuppressions(client))),
    combine: (results) => ({
      byUser: new Map(results.flatMap(({ data = [] }) => data)),
      failed: results.find(({ error }) => error !== null),
    }),
  });
}

/** The reasons, each with the number of members. */
function countedReasons({ suppressed, noAddress, refused }: HeldMembers): Record<HeldReason, string> {
  return {
    suppressed: `${HELD_REASONS.suppressed} (${formatNumber(suppressed)})`,
    no_address: `${HELD_REASONS.no_address} (${formatNumber(noAddress)})`,
    refused: `${HELD_REASONS.refused} (${formatNumber(refused)})`,
  };
}

function Nobody({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <EmptyState icon={IconMailCheck} title="Nobody is held back for this reason" />;
  return (
    <EmptyState icon={IconMailCheck} title="Nobody is held back">
      Mail can reach every member.
    </EmptyState>
  );
}
