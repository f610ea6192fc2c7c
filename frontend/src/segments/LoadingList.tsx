import { Skeleton } from "@mantine/core";
import styles from "./LoadingList.module.css";

/** Placeholders: one for each built-in segment. */
const COUNT = 13;

/** As high as the list that comes, and as its rows or cards. */
export function LoadingList({ isCards }: { isCards: boolean }) {
  return (
    <div className={isCards ? styles.cards : styles.rows} aria-busy="true" role="status">
      <span className="unseen">Loading segments</span>
      {Array.from({ length: COUNT }, (_, place) =>
        isCards ? (
          <Skeleton key={place} height={248} radius={12} />
        ) : (
          <div key={place} className={styles.row}>
            <Skeleton height={32} width={32} radius={9} />
            <Skeleton height={14} width="30%" />
            <Skeleton height={14} width="12%" ml="auto" />
          </div>
        ),
      )}
    </div>
  );
}
