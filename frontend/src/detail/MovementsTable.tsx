import type { SegmentMovement } from "../api/client.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { UserCell } from "../shared/UserCell.tsx";
import { WhyMoved } from "./WhyMoved.tsx";

interface Props {
  movements: SegmentMovement[];
  label: string;
  isOldestFirst: boolean;
  onTurn: () => void;
}

/** Roles are given by hand: browsers forget them where rows become cards. */
export function MovementsTable({ movements, label, isOldestFirst, onTurn }: Props) {
  return (
    <table className={table.table} role="table" aria-label={label}>
      <TableHead
        columns={["User", "When", "Why"]}
        sorting={{ keys: { When: "at" }, sort: isOldestFirst ? "at" : "-at", onSort: onTurn }}
      />
      <tbody>
        {movements.map((movement) => (
          <tr key={`${movement.userId} ${movement.at}`} role="row">
            <UserCell user={{ ...movement, id: movement.userId }} />
            <td role="cell" data-label="When">
              <Time at={movement.at} />
            </td>
            <td role="cell" data-label="Why" className="isolated">
              <WhyMoved movement={movement} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
