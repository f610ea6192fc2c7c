import { Skeleton } from "@mantine/core";
import styles from "./LoadingRows.module.css";

interface Props {
  /** What is loading, for screen readers. */
  of: string;
  count?: number;
}

/** Rows of a table that is on its way. */
export function LoadingRows({ of, count = 5 }: Props) {
  return (
    <div role="status">
      <span className="unseen">Loading {of}</span>
      {Array.from({ length: count }, (_, place) => (
        <div key={place} className={styles.row}>
          <Skeleton height={14} width="28%" />
          <Skeleton height={14} width="18%" />
          <Skeleton height={14} width="12%" ml="auto" />
        </div>
      ))}
    </div>
  );
}
