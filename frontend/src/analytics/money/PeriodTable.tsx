import type { CalendarUnit, RevenueAnswer, RevenueOfCurrency, RevenueOfPeriod } from "../../api/client.ts";
import styles from "../pieces/Analytics.module.css";
import type { Named } from "../pieces/names.ts";
import { PartsBar } from "../pieces/PartsBar.tsx";
import { PeriodHead } from "../pieces/PeriodHead.tsx";
import { PERIODS } from "../pieces/periods.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { useAmount } from "../pieces/useAmount.ts";
import { partsOf } from "./words.ts";

interface Props {
  of: RevenueOfCurrency;
  periods: RevenueOfPeriod[];
  answer: RevenueAnswer;
  by: CalendarUnit;
  named: Named;
}

/** What was paid in each period, by segment, as numbers and as a bar. */
export function PeriodTable({ of, periods, answer, by, named }: Props) {
  const amount = useAmount();
  const parts = partsOf(of, named);
  const most = Math.max(...periods.map(({ total }) => total.gross), 1);
  // The parts of a bar are the whole.
  const hasBars = answer.sumsToTotal;
  return (
    <>
      <Scroll label={`Revenue by period, in ${of.currency}`}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{PERIODS[by]}</th>
              {parts.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              <th scope="col">Paid in all</th>
              <th scope="col">Refunded</th>
              <th scope="col">Net</th>
              {hasBars && (
                <th scope="col" className={styles.words}>
                  Who paid
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {periods.map((period) => (
              <tr key={period.start}>
                <PeriodHead start={period.start} zone={answer.zone} complete={period.complete} />
                {parts.map(({ name, grossOf }) => (
                  <td key={name}>{amount(grossOf(period), of.currency)}</td>
                ))}
                <td>{amount(period.total.gross, of.currency)}</td>
                <td>{amount(period.total.refunded, of.currency)}</td>
                <td>{amount(period.total.net, of.currency)}</td>
                {hasBars && (
                  <td>
                    <PartsBar
                      parts={parts.map(({ look, grossOf }) => ({ look, count: grossOf(period) }))}
                      most={most}
                    />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {hasBars && (
        <ul className={styles.legend}>
          {parts.map(({ name, look }) => (
            <li key={name}>
              <PartsBar parts={[{ look, count: 1 }]} most={1} /> {name}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
