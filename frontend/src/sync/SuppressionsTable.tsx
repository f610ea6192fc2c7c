import type { SuppressionOfUser } from "../api/client.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { type Liftable, remedyOf } from "./holds.ts";
import { ORIGINS, REASONS } from "./mail.ts";
import { PersonCell } from "./PersonCell.tsx";
import { RemedyCell } from "./RemedyCell.tsx";

interface Props {
  suppressions: SuppressionOfUser[];
  onLift: (liftable: Liftable) => void;
}

/** One row for each person and reason. Roles are given by hand: browsers forget them where rows become cards. */
export function SuppressionsTable({ suppressions, onLift }: Props) {
  return (
    <table className={table.table} role="table" aria-labelledby="suppressed">
      <TableHead columns={["Person", "Reason", "Source", "Since"]} hasActions />
      <tbody>
        {suppressions.map((suppression) => (
          <Row key={`${suppression.userId} ${suppression.reason}`} suppression={suppression} onLift={onLift} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ suppression, onLift }: { suppression: SuppressionOfUser; onLift: Props["onLift"] }) {
  const { email, userId, reason, origin, since } = suppression;
  return (
    <tr role="row">
      <PersonCell email={email} userId={userId} />
      <td role="cell" data-label="Reason">
        {REASONS[reason]}
      </td>
      <td role="cell" data-label="Source">
        {ORIGINS[origin]}
      </td>
      <td role="cell" data-label="Since">
        <Time at={since} />
      </td>
      <RemedyCell remedy={remedyOf(suppression)} onLift={onLift} />
    </tr>
  );
}
