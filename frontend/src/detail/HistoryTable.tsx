import type { Day } from "../api/client.ts";
import { formatDay, formatNumber } from "../shared/format.ts";
import styles from "./HistoryPanel.module.css";
import type { SavedVersion } from "./savedVersions.ts";

interface Props {
  days: Day[];
  zone: string;
  saved: SavedVersion[];
}

/** The days as numbers, the newest first, with all that the chart has. */
export function HistoryTable({ days, zone, saved }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={`Members by day, in ${zone}`}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col" title={`Days begin at midnight in ${zone}`}>
              Day
            </th>
            <th scope="col">Size</th>
            <th scope="col">Joined</th>
            <th scope="col">Left</th>
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map(({ date, size, entered, left }, place) => (
            <tr key={date}>
              <th scope="row">
                {formatDay(date)}
                {place === 0 && <span className={styles.soFar}> so far</span>}
                {saved
                  .filter((version) => version.date === date)
                  .map(({ text }) => (
                    <span key={text} className={styles.saved}>
                      {text}
                    </span>
                  ))}
              </th>
              <td>{formatNumber(size)}</td>
              <td>{formatNumber(entered)}</td>
              <td>{formatNumber(left)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
