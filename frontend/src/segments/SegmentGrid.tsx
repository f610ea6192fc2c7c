import { NearItem } from "./NearItem.tsx";
import { SegmentCard } from "./SegmentCard.tsx";
import styles from "./SegmentGrid.module.css";
import type { Listed } from "./table/listed.ts";

interface Props {
  /** Those that are found, in their order. */
  found: Listed[];
  /** The clock of the last run that succeeded. */
  lastRunAt: string | undefined;
}

/** So many cards have their content at once: those near the top of the window. */
const FIRST = 13;

/** A card for each segment. */
export function SegmentGrid({ found, lastRunAt }: Props) {
  return (
    <ul className={styles.grid} aria-label="Matching segments">
      {found.map(({ segment, sizes, change30, sync }, place) => (
        <NearItem key={segment.id} isFirst={place < FIRST}>
          <SegmentCard segment={segment} sizes={sizes} change30={change30} sync={sync} lastRunAt={lastRunAt} />
        </NearItem>
      ))}
    </ul>
  );
}
