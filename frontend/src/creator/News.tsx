import { useContext } from "react";
import { counted } from "../common/formats.ts";
import { NewsContext } from "./builder.ts";
import styles from "./GroupEditor.module.css";

/** How many users match this part on its own. */
export function Count({ id }: { id: string }) {
  const { count } = useContext(NewsContext)(id);
  return <span className={styles.count}>{count === undefined ? "" : counted(count, "user")}</span>;
}

/** What is wrong with this part, or worth knowing about it. */
export function NewsBelow({ id, isFinished = true }: { id: string; isFinished?: boolean }) {
  const { faults: found, warning } = useContext(NewsContext)(id);
  // What is merely missing needs no words of the server.
  const faults = found.length > 0 && !isFinished ? ["enter or choose a value"] : found;
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
