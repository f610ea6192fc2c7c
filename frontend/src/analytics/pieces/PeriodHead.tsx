import styles from "./Analytics.module.css";
import { periodText } from "./periods.ts";

interface Props {
  start: string;
  zone: string;
  complete: boolean;
}

/** The head of the row of a period. One that has not ended is marked. */
export function PeriodHead({ start, zone, complete }: Props) {
  return (
    <th scope="row">
      <span className={styles.unbroken}>{periodText(start, zone)}</span>
      {!complete && <span className={styles.soFar}> so far</span>}
    </th>
  );
}
