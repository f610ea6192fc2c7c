import { PageLink } from "./PageLink.tsx";
import table from "./Table.module.css";
import { userName } from "./userName.ts";

/** A person in a table, with the way to their page. */
export function UserCell({ user }: { user: Parameters<typeof userName>[0] & { id: string } }) {
  const name = userName(user);
  return (
    <td role="cell">
      <div className={table.person}>
        <PageLink to="/people/$id" params={{ id: user.id }} className={`${table.link} isolated`}>
          {name}
        </PageLink>
        {name !== user.email && (
          <span className={`${table.email} isolated`} title={user.email}>
            {user.email}
          </span>
        )}
      </div>
    </td>
  );
}
