import { IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { DriftedPerson } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { PagedList } from "../shared/PagedList.tsx";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import styles from "./People.module.css";
import { PersonCell } from "./PersonCell.tsx";
import { driftQuery } from "./queries.ts";

interface Props {
  segmentKey: SegmentKey;
  kind: "missing" | "extra";
  label: string;
  /** Whether a full check has ever looked. */
  isChecked: boolean;
}

/** People who were missing or extra at Resend. */
export function DriftedPeople({ segmentKey, kind, label, isChecked }: Props) {
  const found = useInfiniteQuery(driftQuery(segmentKey, kind));
  return (
    <PagedList
      found={found}
      rows={found.data?.pages.flatMap(({ people }) => people)}
      empty={<Nobody kind={kind} isChecked={isChecked} />}
    >
      {(people) => <DriftTable people={people} label={label} />}
    </PagedList>
  );
}

/** Roles are given by hand: browsers forget them where rows become cards. */
function DriftTable({ people, label }: { people: DriftedPerson[]; label: string }) {
  return (
    <table className={table.table} role="table" aria-label={label}>
      <TableHead columns={["Person", "Contact at Resend", "Since"]} />
      <tbody>
        {people.map(({ email, userId, remoteContactId, since }) => (
          <tr key={remoteContactId} role="row">
            <PersonCell email={email} userId={userId} />
            <td role="cell" data-label="Contact at Resend" className={`${styles.contact} isolated`}>
              {remoteContactId}
            </td>
            <td role="cell" data-label="Since">
              {since !== null && <Time at={since} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Nobody({ kind, isChecked }: { kind: Props["kind"]; isChecked: boolean }) {
  if (!isChecked) {
    return (
      <EmptyState icon={IconUsers} title="No full check yet">
        A full check compares the segment with its list at Resend.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconUsers} title={kind === "missing" ? "No one is missing" : "No one is extra"}>
      {kind === "missing"
        ? "The latest full check found everyone a sync had added."
        : "The latest full check found only people a sync had added."}
    </EmptyState>
  );
}
