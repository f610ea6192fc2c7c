import type { ForecastDay } from "../../api/client.ts";
import { dayIn } from "../../shared/dayIn.ts";
import { formatDay, formatNumber } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { Scroll } from "../pieces/Scroll.tsx";

interface Props {
  days: ForecastDay[];
  /** Now. */
  size: number;
  zone: string;
}

export function DayTable({ days, size, zone }: Props) {
  return (
    <Scroll label="Members by day" isLow>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">By</th>
            <th scope="col">Joined</th>
            <th scope="col">Left</th>
            <th scope="col">Members</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Now</th>
            <td />
            <td />
            <td>{formatNumber(size)}</td>
          </tr>
          {days.map(({ at, enter, leave, size }) => (
            <tr key={at}>
              <th scope="row" className={styles.unbroken}>
                {formatDay(dayIn(at, zone))}
              </th>
              <td>{formatNumber(enter)}</td>
              <td>{formatNumber(leave)}</td>
              <td>{formatNumber(size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
