import { PageLink } from "../shared/PageLink.tsx";
import table from "../shared/Table.module.css";

/** An address, and the user who has it, with the way to their page. */
export function PersonCell({ email, userId }: { email: string; userId: string | null }) {
  const hasEmail = email.trim() !== "";
  return (
    <td role="cell">
      <div className={table.person}>
        {userId === null ? (
          <>
            {hasEmail && <span className="isolated">{email}</span>}
            <span className={table.email}>No user has this address</span>
          </>
        ) : (
          <>
            <PageLink to="/people/$id" params={{ id: userId }} className={`${table.link} isolated`}>
              {hasEmail ? email : userId}
            </PageLink>
            {hasEmail && <span className={`${table.email} isolated`}>{userId}</span>}
          </>
        )}
      </div>
    </td>
  );
}
