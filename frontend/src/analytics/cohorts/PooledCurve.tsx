import type { CohortsAnswer } from "../../api/client.ts";
import { pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { RateChart } from "../pieces/RateChart.tsx";
import { RateText } from "../pieces/RateText.tsx";
import { intervalText } from "../pieces/rates.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { columnText } from "./words.ts";

/** All cohorts together, by column, as a chart and as a table. */
export function PooledCurve({ answer: { pooled, by } }: { answer: CohortsAnswer }) {
  const points = pooled.map((rate, column) => ({ mark: String(column), rate, complete: true }));
  return (
    <div className={styles.both}>
      <RateChart label={`Share of people by ${by}, in ${pluralize(pooled.length, by)}`} points={points} room={40} />
      <Scroll label="All cohorts together, by column" isLow>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">People</th>
              <th scope="col">95% interval</th>
            </tr>
          </thead>
          <tbody>
            {pooled.map((rate, column) => (
              <tr key={column}>
                <th scope="row">{columnText(column, by)}</th>
                <td>{rate === null ? <span className="quiet">—</span> : <RateText rate={rate} />}</td>
                <td>{(rate && intervalText(rate)) ?? <span className="quiet">—</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </div>
  );
}
