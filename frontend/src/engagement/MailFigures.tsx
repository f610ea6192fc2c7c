import type { MailCounts } from "../api/client.ts";
import figures from "../shared/Figures.module.css";
import { formatNumber } from "../shared/format.ts";
import { mailFigures } from "./words.ts";

/** The sums of all days, with rates. */
export function MailFigures({ totals }: { totals: MailCounts }) {
  return (
    <dl className={figures.figures}>
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
