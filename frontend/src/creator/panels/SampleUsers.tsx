import type { SampleUser } from "../../api/client.ts";
import { userName } from "../../shared/userName.ts";
import styles from "./PreviewPanel.module.css";

/** A few users, to check the definition against. */
export function SampleUsers({ users }: { users: SampleUser[] }) {
  if (users.length === 0) return null;
  return (
    <div>
      <h3 className={styles.small}>Sample</h3>
      <ul className={styles.people}>
        {users.map((user) => (
          <li key={user.id}>
            <span className="isolated">{userName(user)}</span>
            {userName(user) !== user.email && <span className={`${styles.email} isolated`}>{user.email}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
