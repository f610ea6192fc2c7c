import styles from "./ProgressBar.module.css";

interface Props {
  label: string;
  done: number;
  of: number;
}

/** At the lower edge of what it is in. */
export function ProgressBar({ label, done, of }: Props) {
  const share = of === 0 ? 0 : Math.min(1, done / of);
  return (
    <div
      className={styles.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <span style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}
