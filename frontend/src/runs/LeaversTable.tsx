import { PageLink } from "../shared/PageLink.tsx";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { UserCell } from "../shared/UserCell.tsx";
import type { Leaver } from "./leavers.ts";

/** Roles are given by hand: browsers forget them where rows become cards. */
export function LeaversTable({ leavers }: { leavers: Leaver[] }) {
  return (
    <table className={table.table} role="table" aria-label="People who would leave">
      <TableHead columns={["User", "Plan", "Last active"]} />
      <tbody>
        {leavers.map(({ id, user }) => (
          <tr key={id} role="row">
            {user === undefined ? <IdCell id={id} /> : <UserCell user={user} />}
            <td role="cell" data-label="Plan" className="isolated">
              {user?.plan}
            </td>
            <td role="cell" data-label="Last active">
              {user !== undefined && <LastActive at={user.lastActivityAt} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function IdCell({ id }: { id: string }) {
  return (
    <td role="cell">
      <PageLink to="/people/$id" params={{ id }} className={`${table.link} isolated`}>
        {id}
      </PageLink>
    </td>
  );
}

function LastActive({ at }: { at: string | null }) {
  return at === null ? <span className="quiet">never</span> : <Time at={at} />;
}
