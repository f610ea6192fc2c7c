import { Button } from "@mantine/core";
import type { SuppressionOfUser } from "../api/client.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import styles from "./SyncPage.module.css";
import { liftedElsewhere, ORIGINS, REASONS } from "./words.ts";

interface Props {
  suppressions: SuppressionOfUser[];
  onLift: (suppression: SuppressionOfUser) => void;
}

/** One row for each person and reason. Roles are given by hand: browsers forget them where rows become cards. */
export function SuppressionsTable({ suppressions, onLift }: Props) {
  return (
    <table className={table.table} role="table" aria-labelledby="suppressed">
      <TableHead columns={["Person", "Reason", "Source", "Since"]} hasActions />
      <tbody>
        {suppressions.map((suppression) => (
          <Row
            key={`${suppression.userId} ${suppression.reason}`}
            suppression={suppression}
            onLift={() => onLift(suppression)}
          />
        ))}
      </tbody>
    </table>
  );
}

function Row({ suppression, onLift }: { suppression: SuppressionOfUser; onLift: () => void }) {
  const { email, userId, reason, origin, since } = suppression;
  const elsewhere = liftedElsewhere(suppression);
  return (
    <tr role="row">
      <td role="cell">
        <div className={table.person}>
          <span className="isolated">{email}</span>
          <span className={`${table.email} isolated`}>{userId}</span>
        </div>
      </td>
      <td role="cell" data-label="Reason">
        {REASONS[reason]}
      </td>
      <td role="cell" data-label="Source">
        {ORIGINS[origin]}
      </td>
      <td role="cell" data-label="Since">
        <Time at={since} />
      </td>
      <td role="cell">
        <div className={table.buttons}>
          {elsewhere === null ? (
            <Button variant="default" size="compact-sm" aria-label={`Lift for ${email}`} onClick={onLift}>
              Lift…
            </Button>
          ) : (
            <span className={styles.elsewhere}>{elsewhere}</span>
          )}
        </div>
      </td>
    </tr>
  );
}
