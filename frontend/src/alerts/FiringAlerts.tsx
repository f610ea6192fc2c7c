import type { Alert } from "../api/client.ts";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { pluralize } from "../shared/format.ts";
import { Notice } from "../shared/Notice.tsx";
import { Time } from "../shared/Time.tsx";
import styles from "./Alerts.module.css";
import { ruleText, seenText } from "./words.ts";

/** What fires now. */
export function FiringAlerts({ alerts }: { alerts: Alert[] }) {
  const firing = alerts.filter(({ state }) => state === "firing");
  if (firing.length === 0) return <p className={styles.calm}>Nothing is firing.</p>;
  return (
    <Notice tone="warning">
      <strong>{pluralize(firing.length, "alert is", "alerts are")} firing</strong>
      <ul className={styles.firing} aria-label="Firing now">
        {firing.map((alert) => (
          <li key={alert.alertId}>
            <SegmentLink id={alert.segment} />: {ruleText(alert)}.{" "}
            <span className={styles.seen}>
              {alert.observed !== null && `${seenText({ ...alert, observed: alert.observed })}. `}
              Since <Time at={alert.since} />.
            </span>
          </li>
        ))}
      </ul>
    </Notice>
  );
}
