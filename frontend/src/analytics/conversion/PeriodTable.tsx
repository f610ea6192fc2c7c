import type { CalendarUnit, ConversionAnswer, ConversionOfPeriod } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { RateText } from "../pieces/RateText.tsx";
import { intervalText } from "../pieces/rates.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { EntrantsBar } from "./EntrantsBar.tsx";
import { PERIODS, periodText } from "./words.ts";

/** The same rate by the period of the entry. One that has not ended is marked. */
export function PeriodTable({ answer, by }: { answer: ConversionAnswer; by: CalendarUnit }) {
  const most = Math.max(...answer.byPeriod.map(({ entered }) => entered), 1);
  return (
    <>
      <Scroll label="Rates by period">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{PERIODS[by]}</th>
              <th scope="col">Joined</th>
              <th scope="col">Reached the goal</th>
              <th scope="col">95% interval</th>
              <th scope="col">Still within time</th>
              <th scope="col" className={styles.words}>
                Who joined
              </th>
            </tr>
          </thead>
          <tbody>
            {answer.byPeriod.map((period) => (
              <Row key={period.start} period={period} zone={answer.zone} most={most} />
            ))}
          </tbody>
        </table>
      </Scroll>
      <Legend />
    </>
  );
}

function Row({ period, zone, most }: { period: ConversionOfPeriod; zone: string; most: number }) {
  const { start, complete, entered, conversion, pending } = period;
  return (
    <tr>
      <th scope="row">
        <span className={styles.unbroken}>{periodText(start, zone)}</span>
        {!complete && <span className={styles.soFar}> so far</span>}
      </th>
      <td>{formatNumber(entered)}</td>
      <td>
        <RateText rate={conversion} />
      </td>
      <td>{intervalText(conversion) ?? <span className="quiet">—</span>}</td>
      <td>{formatNumber(pending)}</td>
      <td>
        <EntrantsBar reached={conversion.part} over={conversion.of - conversion.part} pending={pending} most={most} />
      </td>
    </tr>
  );
}

function Legend() {
  return (
    <ul className={styles.legend}>
      <li>
        <EntrantsBar reached={1} over={0} pending={0} most={1} /> reached the goal
      </li>
      <li>
        <EntrantsBar reached={0} over={1} pending={0} most={1} /> did not
      </li>
      <li>
        <EntrantsBar reached={0} over={0} pending={1} most={1} /> still within time
      </li>
    </ul>
  );
}
