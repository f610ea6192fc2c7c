import { useContext } from "react";
import { capitalize, formatNumber, pluralize } from "../../shared/format.ts";
import { NodeFeedbackContext } from "./builderContext.ts";
import styles from "./GroupEditor.module.css";

/** What is said of those who match this condition of a group and all before it. */
export type SoFar = "remain" | "match so far" | "left out";

/** How many users match this node on its own, and this and all before it. */
export function NodeCount({ id, soFar }: { id: string; soFar?: SoFar | undefined }) {
  const { count, remaining, isEstimate } = useContext(NodeFeedbackContext)(id);
  if (count === undefined) return <span className={styles.count} />;
  const about = isEstimate ? "about " : "";
  const hasMore = soFar !== undefined && remaining !== undefined;
  return (
    <span className={styles.count}>
      <span>{`${about}${pluralize(count, "user")}`}</span>
      {hasMore && (
        <span>
          <span className="unseen"> · </span>
          {`${about}${formatNumber(remaining)} ${soFar}`}
        </span>
      )}
    </span>
  );
}

interface Props {
  id: string;
  /** What is wrong with what was typed. It is shown at once. */
  typedFault?: string | undefined;
  /** Shown in place of the faults, where the console can say more plainly what to do. */
  plainFault?: string | undefined;
}

/** The faults and the warning of a node. */
export function NodeMessages({ id, typedFault, plainFault }: Props) {
  const { faults: found, warning } = useContext(NodeFeedbackContext)(id);
  const better = typedFault ?? (found.length > 0 ? plainFault : undefined);
  const faults = better === undefined ? found : [better];
  if (faults.length === 0 && warning === undefined) return null;
  return (
    <div id={`messages-${id}`}>
      {faults.map((fault) => (
        <p key={fault} className={styles.fault}>
          {capitalize(fault)}.
        </p>
      ))}
      {warning !== undefined && <p className={styles.warning}>{warning}</p>}
    </div>
  );
}
