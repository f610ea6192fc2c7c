import type { GetEngagementResult } from "../api/client.ts";
import history from "../detail/HistoryPanel.module.css";
import { formatDay, formatNumber } from "../shared/format.ts";
import { COLUMNS } from "./columns.ts";
import styles from "./MailPanel.module.css";

/** The days as numbers, the newest first. */
export function MailTable({ result: { days, zone } }: { result: GetEngagementResult }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className={history.scroll} tabIndex={0} aria-label={`Mail by day, in ${zone}`}>
      <table className={`${history.table} ${styles.table}`}>
        <thead>
          <tr>
            <th scope="col" title={`Days begin at midnight in ${zone}`}>
              Day
            </th>
            {COLUMNS.map(([label]) => (
              <th key={label} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day, place) => (
            <tr key={day.date}>
              <th scope="row">
                {formatDay(day.date)}
                {place === 0 && <span className={history.soFar}> so far</span>}
              </th>
              {COLUMNS.map(([label, count]) => (
                <td key={label}>{formatNumber(day[count])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
