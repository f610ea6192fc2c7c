import { Button } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { FoundUser } from "../api/client.ts";
import { peopleQuery } from "../people/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { PagedList } from "../shared/PagedList.tsx";
import panel from "../shared/Panel.module.css";
import { type Person, personOf } from "../shared/person.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { UserCell } from "../shared/UserCell.tsx";

interface Props {
  /** A text that no member has. */
  searched: string;
  /** Of the segment. */
  name: string;
  onExplain: (person: Person) => void;
  onAdd: (person: Person) => void;
}

/** Who has a text that no member of a segment has: why they are not in, and the way in. */
export function Outsiders({ searched, name, onExplain, onAdd }: Props) {
  const found = useInfiniteQuery(peopleQuery(searched));
  const rows = found.data?.pages.flatMap(({ users }) => users);
  return (
    <>
      {rows !== undefined && rows.length > 0 && (
        <p className={panel.words}>
          No members match “{searched}”. These people do, but are not in <span className="isolated">{name}</span>.
        </p>
      )}
      <PagedList
        found={found}
        rows={rows}
        empty={
          <EmptyState icon={IconUsers} title={`No one matches “${searched}”`}>
            Check the spelling, or search for part of a name or email. An ID must be complete.
          </EmptyState>
        }
      >
        {(users) => <OutsidersTable users={users} onExplain={onExplain} onAdd={onAdd} />}
      </PagedList>
    </>
  );
}

interface TableProps extends Pick<Props, "onExplain" | "onAdd"> {
  users: FoundUser[];
}

/** Roles are given by hand: browsers forget them where rows become cards. */
function OutsidersTable({ users, onExplain, onAdd }: TableProps) {
  return (
    <table className={table.table} role="table" aria-label="People who are not members">
      <TableHead columns={["User", "ID", "Plan"]} hasActions />
      <tbody>
        {users.map((user) => (
          <tr key={user.id} role="row">
            <UserCell user={user} />
            <td role="cell" data-label="ID" className="isolated">
              {user.id}
            </td>
            <td role="cell" data-label="Plan" className="isolated">
              {user.plan}
            </td>
            <td role="cell">
              <div className={table.buttons}>
                <Button
                  variant="subtle"
                  size="compact-sm"
                  aria-label={`Why not ${personOf(user).name}?`}
                  onClick={() => onExplain(personOf(user))}
                >
                  Why not?
                </Button>
                <Button
                  variant="default"
                  size="compact-sm"
                  aria-label={`Add anyway: ${personOf(user).name}`}
                  onClick={() => onAdd(personOf(user))}
                >
                  Add anyway…
                </Button>
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
