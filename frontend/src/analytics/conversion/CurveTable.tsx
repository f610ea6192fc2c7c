import { formatNumber } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { RateText } from "../pieces/RateText.tsx";
import { Scroll } from "../pieces/Scroll.tsx";

/** The same numbers as the chart. */
export function CurveTable({ curve, of }: { curve: number[]; of: number }) {
  return (
    <Scroll label="Reached the goal, by day" isLow>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Reached the goal by then</th>
          </tr>
        </thead>
        <tbody>
          {curve.map((part, day) => (
            <tr key={day}>
              <th scope="row">{formatNumber(day)}</th>
              <td>
                <RateText rate={{ part, of }} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
