import type { Ratio } from "../../api/client.ts";
import styles from "./Analytics.module.css";
import { isOfFew, partText, percentText } from "./rates.ts";

/** A rate with its part and whole, in one order everywhere. Of few, the percentage is gray. */
export function RateText({ rate }: { rate: Pick<Ratio, "part" | "of"> }) {
  if (rate.of === 0) return <span className="quiet">—</span>;
  const hasFew = isOfFew(rate);
  return (
    <span className={styles.rate}>
      <span className={hasFew ? undefined : "quiet"}>{partText(rate)}</span>
      {" · "}
      <span className={hasFew ? "quiet" : undefined}>{percentText(rate)}</span>
    </span>
  );
}
