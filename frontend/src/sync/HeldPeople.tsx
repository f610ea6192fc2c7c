import { IconMailCheck } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { HeldMembers, HeldReason } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { formatNumber } from "../shared/format.ts";
import { PagedList } from "../shared/PagedList.tsx";
import toolbar from "../shared/Toolbar.module.css";
import { LiftDialog } from "./dialogs.ts";
import { HeldTable } from "./HeldTable.tsx";
import { holdsOf, type Liftable } from "./holds.ts";
import { HELD_REASONS } from "./mail.ts";
import { heldCount } from "./mark.ts";
import { driftQuery } from "./queries.ts";
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
      <PagedList
        found={found}
        rows={found.data?.pages.flatMap(({ people }) => holdsOf(people))}
        empty={<Nobody isFiltered={reason !== undefined} />}
      >
        {(holds) => <HeldTable holds={holds} onLift={setLifted} />}
      </PagedList>
      <Suspense>{lifted !== undefined && <LiftDialog liftable={lifted} onClose={close} />}</Suspense>
    </>
  );
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
  if (isFiltered) return <EmptyState icon={IconMailCheck} title="No one is held back for this reason" />;
  return (
    <EmptyState icon={IconMailCheck} title="No one is held back">
      Mail can reach every member.
    </EmptyState>
  );
}
