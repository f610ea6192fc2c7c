import type { MailCounts } from "../api/client.ts";
import { formatNumber } from "../shared/format.ts";
import styles from "./MailPanel.module.css";
import { mailFigures } from "./words.ts";

/** The sums of all days, with rates. */
export function MailFigures({ totals }: { totals: MailCounts }) {
  return (
    <dl className={styles.figures}>
      {mailFigures(totals).map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <strong>{formatNumber(value)}</strong>
            <span>{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
