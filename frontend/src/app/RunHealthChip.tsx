import { runHealth } from "../segments/runHealth.ts";
import { useLatestRun, useRefreshWhenFinished } from "../segments/useRun.ts";
import { useMinute } from "../shared/minute.ts";
import { StateLabel } from "../shared/StateLabel.tsx";
import styles from "./Rail.module.css";

/** How runs are going, on every page. Follows them, so that every page is refreshed when one ends. */
export function RunHealthChip() {
  const { run, lastSuccessAt } = useLatestRun();
  const now = useMinute();
  useRefreshWhenFinished(run);
  if (run === undefined) return null;
  const { state, text } = runHealth(run, lastSuccessAt, now);
  return (
    <span className={styles.health} title={text}>
      <StateLabel state={state}>{text}</StateLabel>
    </span>
  );
}
