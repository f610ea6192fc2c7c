import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import type { Hold, Liftable } from "./holds.ts";
import { PersonCell } from "./PersonCell.tsx";
import { RemedyCell } from "./RemedyCell.tsx";

interface Props {
  holds: Hold[];
  onLift: (liftable: Liftable) => void;
}

/** One row for each person and reason. Roles are given by hand: browsers forget them where rows become cards. */
export function HeldTable({ holds, onLift }: Props) {
  return (
    <table className={table.table} role="table" aria-label="Held back people">
      <TableHead columns={["Person", "Reason", "Since"]} hasActions />
      <tbody>
        {holds.map(({ person: { email, userId }, reason, since, remedy }) => (
          <tr key={`${userId} ${reason}`} role="row">
            <PersonCell email={email} userId={userId} />
            <td role="cell" data-label="Reason">
              {reason}
            </td>
            <td role="cell" data-label="Since">
              {since === null ? <span className="quiet">—</span> : <Time at={since} />}
            </td>
            <RemedyCell remedy={remedy} onLift={onLift} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
