import type { Rate } from "../../api/client.ts";
import styles from "./Analytics.module.css";
import { intervalText, partText, percentText } from "./rates.ts";

/** Where the rate is between 0 and 100 %, as a dot, and its 95 % interval, as a bar. */
export function IntervalBar({ rate }: { rate: Rate }) {
  const { percent, low, high } = rate;
  if (percent === null || low === null || high === null) return null;
  return (
    <svg
      className={styles.interval}
      height="16"
      role="img"
      aria-label={`${partText(rate)}, ${percentText(rate)}, 95% interval ${intervalText(rate)}`}
    >
      <line x1="0%" x2="100%" y1="8" y2="8" className={styles.track} />
      <line x1="0.5" x2="0.5" y1="3" y2="13" className={styles.track} />
      <line x1="100%" x2="100%" y1="3" y2="13" className={styles.track} />
      <rect x={`${low}%`} width={`${Math.max(high - low, 0.5)}%`} y="4" height="8" rx="4" className={styles.band} />
      <circle cx={`${percent}%`} cy="8" r="4" className={styles.dot} />
    </svg>
  );
}
