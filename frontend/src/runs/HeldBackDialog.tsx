import { IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { quotedName } from "../segments/health.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { EmptyState } from "../shared/EmptyState.tsx";
import { PagedList } from "../shared/PagedList.tsx";
import { LeaversTable } from "./LeaversTable.tsx";
import { heldBackQuery } from "./queries.ts";

interface Props {
  segment: string;
  onClose: () => void;
}

/** Whom a run would remove from a segment now if it were allowed to. */
export function HeldBackDialog({ segment, onClose }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  const found = useInfiniteQuery(heldBackQuery(segment));
  return (
    <Dialog title={`Who would leave ${quotedName(segment, segments)}`} size={640} onClose={onClose}>
      <PagedList
        found={found}
        rows={found.data?.pages.flatMap(({ leavers }) => leavers)}
        empty={
          <EmptyState icon={IconUsers} title="No one would leave now">
            The data has changed since the run.
          </EmptyState>
        }
      >
        {(leavers) => <LeaversTable leavers={leavers} />}
      </PagedList>
    </Dialog>
  );
}
