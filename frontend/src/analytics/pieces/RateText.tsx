import type { Ratio } from "../../api/client.ts";
import styles from "./Analytics.module.css";
import { isOfFew, partText, percentText } from "./rates.ts";

/** A rate with its part and whole. Of few, the numbers lead and the percentage is gray. */
export function RateText({ rate }: { rate: Pick<Ratio, "part" | "of"> }) {
  if (rate.of === 0) return <span className="quiet">—</span>;
  const [part, percent] = [partText(rate), percentText(rate)];
  return (
    <span className={styles.rate}>
      <span>{isOfFew(rate) ? part : percent}</span> <span className="quiet">{isOfFew(rate) ? percent : part}</span>
    </span>
  );
}
