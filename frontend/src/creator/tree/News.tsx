import { useContext } from "react";
import { counted } from "../../shared/formats.ts";
import { NewsContext } from "./builder.ts";
import styles from "./GroupEditor.module.css";

/** How many users match this part on its own. */
export function Count({ id }: { id: string }) {
  const { count, isEstimate } = useContext(NewsContext)(id);
  const about = isEstimate ? "about " : "";
  return <span className={styles.count}>{count === undefined ? "" : `${about}${counted(count, "user")}`}</span>;
}

interface Props {
  id: string;
  /** What to say of any fault where the console knows better words than the server. */
  plainly?: string | undefined;
}

/** What is wrong with this part, or worth knowing about it. */
export function NewsBelow({ id, plainly }: Props) {
  const { faults: found, warning } = useContext(NewsContext)(id);
  const faults = found.length > 0 && plainly !== undefined ? [plainly] : found;
  if (faults.length === 0 && warning === undefined) return null;
  return (
    <div id={`news-${id}`}>
      {faults.map((fault) => (
        <p key={fault} className={styles.fault}>
          {fault.charAt(0).toUpperCase() + fault.slice(1)}.
        </p>
      ))}
      {warning !== undefined && <p className={styles.warning}>{warning}</p>}
    </div>
  );
}
