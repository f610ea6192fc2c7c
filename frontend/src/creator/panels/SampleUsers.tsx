import type { ReactNode } from "react";
import type { SampleUser } from "../../api/client.ts";
import { useHost } from "../../shared/host.ts";
import { PageLink } from "../../shared/PageLink.tsx";
import { Time } from "../../shared/Time.tsx";
import { userName } from "../../shared/userName.ts";
import styles from "./PreviewPanel.module.css";
import type { SampleColumn } from "./useSampleValues.ts";

/** What a sample tells of people besides who they are, by the field that a condition tests. */
const COLUMNS: { field: string; label: string; cell: (user: SampleUser) => ReactNode }[] = [
  { field: "plan", label: "Plan", cell: ({ plan }) => plan },
  { field: "createdAt", label: "Signed up", cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    field: "lastActivityAt",
    label: "Last active",
    cell: ({ lastActivityAt }) =>
      lastActivityAt === null ? <span className="quiet">never</span> : <Time at={lastActivityAt} />,
  },
];

interface Props {
  users: SampleUser[];
  /** The fields of the conditions. */
  fields: string[];
  /** More values that the conditions test. */
  more?: SampleColumn[];
}

/** A few users with the values that the conditions test, to check the definition against. The plan always helps. */
export function SampleUsers({ users, fields, more = [] }: Props) {
  const { hasAddresses } = useHost();
  if (users.length === 0) return null;
  const columns = COLUMNS.filter(({ field }) => field === "plan" || fields.includes(field));
  return (
    <table className={styles.sample}>
      <caption className={styles.small}>Sample</caption>
      <thead>
        <tr>
          <th scope="col">User</th>
          {columns.map(({ field, label }) => (
            <th key={field} scope="col">
              {label}
            </th>
          ))}
          {more.map(({ field, label }) => (
            <th key={field} scope="col" className="isolated">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {users.map((user) => (
          <tr key={user.id}>
            <th scope="row">
              <PageLink
                to="/people/$id"
                params={{ id: user.id }}
                className="isolated"
                // The draft stays open.
                {...(hasAddresses && { target: "_blank", title: "Opens in a new tab" })}
              >
                {userName(user)}
              </PageLink>
              {userName(user) !== user.email && <span className={`${styles.email} isolated`}>{user.email}</span>}
            </th>
            {columns.map(({ field, cell }) => (
              <td key={field}>{cell(user)}</td>
            ))}
            {more.map(({ field, values }) => (
              <td key={field} className="isolated">
                {values.get(user.id)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
