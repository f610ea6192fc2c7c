import styles from "./Analytics.module.css";

/** A number as a bar. The number stands beside it. */
export function CountBar({ count, most }: { count: number; most: number }) {
  return (
    <svg className={styles.bar} height="14" aria-hidden="true">
      {count > 0 && <rect x="0" y="1" width={`${(count / most) * 100}%`} height="12" fill="currentColor" />}
    </svg>
  );
}
