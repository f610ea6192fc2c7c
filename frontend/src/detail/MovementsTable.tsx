import { Link } from "@tanstack/react-router";
import type { SegmentMovement } from "../api/client.ts";
import { actorName } from "../shared/actorName.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { UserCell } from "../shared/UserCell.tsx";
import { CAUSES } from "./causes.ts";

/** Roles are given by hand: browsers forget them where rows become cards. */
export function MovementsTable({ movements, label }: { movements: SegmentMovement[]; label: string }) {
  return (
    <table className={table.table} role="table" aria-label={label}>
      <TableHead columns={["User", "When", "Why"]} />
      <tbody>
        {movements.map((movement) => (
          <tr key={`${movement.userId} ${movement.at}`} role="row">
            <UserCell user={{ ...movement, id: movement.userId }} />
            <td role="cell" data-label="When">
              <Time at={movement.at} />
            </td>
            <td role="cell" data-label="Why" className="isolated">
              <Why movement={movement} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Why({ movement: { cause, actor, runId } }: { movement: SegmentMovement }) {
  if (runId !== null) {
    return (
      <Link to="/runs/$runId" params={{ runId }}>
        Run {runId}
      </Link>
    );
  }
  return actor === null ? CAUSES[cause] : `${CAUSES[cause]} · ${actorName(actor)}`;
}
