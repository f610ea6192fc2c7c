import { NativeSelect } from "@mantine/core";
import { IconMailCheck } from "@tabler/icons-react";
import { useInfiniteQuery, useQueries, useQueryClient } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { GetSyncDriftResult, HeldMembers, HeldReason } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { formatNumber } from "../shared/format.ts";
import { PagedList } from "../shared/PagedList.tsx";
import { LiftDialog } from "./dialogs.ts";
import { HeldTable } from "./HeldTable.tsx";
import { holdsOf, type Liftable } from "./holds.ts";
import { HELD_REASONS } from "./mail.ts";
import { heldCount } from "./mark.ts";
import { driftQuery, knownSuppressions, suppressionsOfQuery } from "./queries.ts";

interface Props {
  segmentKey: SegmentKey;
  held: HeldMembers;
  /** Called when a dialog closes whose opener may be gone. */
  onClose: () => void;
}

/** Members who get no mail, with what to do for each. */
export function HeldPeople({ segmentKey, held, onClose }: Props) {
  const [reason, setReason] = useState<HeldReason | null>(null);
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
      {heldCount(held) > 0 && <ReasonChoice held={held} reason={reason} onChoose={setReason} />}
      {suppressions.failed !== undefined && (
        <ErrorNotice error={suppressions.failed.error} onRetry={() => void suppressions.failed?.refetch()} />
      )}
      <PagedList
        found={found}
        rows={pages?.flatMap(({ people }) => holdsOf(people, suppressions.byUser))}
        empty={<Nobody isFiltered={reason !== null} />}
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

interface ReasonProps {
  held: HeldMembers;
  reason: HeldReason | null;
  onChoose: (reason: HeldReason | null) => void;
}

function ReasonChoice({ held, reason, onChoose }: ReasonProps) {
  const counts: Record<HeldReason, number> = {
    suppressed: held.suppressed,
    no_address: held.noAddress,
    refused: held.refused,
  };
  const reasons = Object.entries(HELD_REASONS) as [HeldReason, string][];
  const data = [
    { value: "", label: "All reasons" },
    ...reasons.map(([value, label]) => ({ value, label: `${label} (${formatNumber(counts[value])})` })),
  ];
  return (
    <NativeSelect
      aria-label="Filter held people by reason"
      maw={280}
      data={data}
      value={reason ?? ""}
      onChange={({ currentTarget: { value } }) => onChoose(value === "" ? null : (value as HeldReason))}
    />
  );
}

function Nobody({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) return <EmptyState icon={IconMailCheck} title="Nobody is held back for this reason" />;
  return (
    <EmptyState icon={IconMailCheck} title="Nobody is held back">
      Mail can reach every member.
    </EmptyState>
  );
}
