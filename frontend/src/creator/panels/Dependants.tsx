import type { DependantChange } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import styles from "./PreviewPanel.module.css";

/** What the same save would do to the segments that refer to this one. */
export function Dependants({ dependants }: { dependants: DependantChange[] }) {
  if (dependants.length === 0) return null;
  return (
    <div className={styles.note}>
      Segments that use this one change too:
      <ul>
        {dependants.map(({ id, name, enter, leave }) => (
          <li key={id}>
            <span className="isolated">{name}</span>: {formatNumber(enter)} join, {formatNumber(leave)} leave.
          </li>
        ))}
      </ul>
    </div>
  );
}
