import type { FoundUser } from "../api/client.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { UserCell } from "../shared/UserCell.tsx";

/** Roles are given by hand: browsers forget them where rows become cards. */
export function PeopleTable({ users }: { users: FoundUser[] }) {
  return (
    <table className={table.table} role="table" aria-label="People">
      <TableHead columns={["User", "ID", "Plan", "Last active", "Created"]} />
      <tbody>
        {users.map((user) => (
          <tr key={user.id} role="row">
            <UserCell user={user} />
            <td role="cell" data-label="ID" className="isolated">
              {user.id}
            </td>
            <td role="cell" data-label="Plan" className="isolated">
              {user.deletedAt === null ? user.plan : <span className="quiet">Deleted by your app</span>}
            </td>
            <td role="cell" data-label="Last active">
              {user.lastActivityAt === null ? <span className="quiet">never</span> : <Time at={user.lastActivityAt} />}
            </td>
            <td role="cell" data-label="Created">
              <Time at={user.createdAt} as="date" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
