import table from "../shared/Table.module.css";

/** An address, and the user who has it. */
export function PersonCell({ email, userId }: { email: string; userId: string | null }) {
  return (
    <td role="cell">
      <div className={table.person}>
        {email.trim() !== "" && <span className="isolated">{email}</span>}
        <span className={`${table.email} isolated`}>{userId ?? "No user has this address"}</span>
      </div>
    </td>
  );
}
