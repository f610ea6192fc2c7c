import type { CalendarUnit, ConversionAnswer, ConversionOfPeriod } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { type Look, PartsBar } from "../pieces/PartsBar.tsx";
import { PeriodHead } from "../pieces/PeriodHead.tsx";
import { PERIODS } from "../pieces/periods.ts";
import { RateText } from "../pieces/RateText.tsx";
import { intervalText } from "../pieces/rates.ts";
import { Scroll } from "../pieces/Scroll.tsx";

const REACHED = "solid";
const OVER = "hollow";
const PENDING = "hatched";
const LEGEND = { [REACHED]: "reached the goal", [OVER]: "did not", [PENDING]: "still within time" };

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
      <PeriodHead start={start} zone={zone} complete={complete} />
      <td>{formatNumber(entered)}</td>
      <td>
        <RateText rate={conversion} />
      </td>
      <td>{intervalText(conversion) ?? <span className="quiet">—</span>}</td>
      <td>{formatNumber(pending)}</td>
      <td>
        <PartsBar
          parts={[
            { look: REACHED, count: conversion.part },
            { look: OVER, count: conversion.of - conversion.part },
            { look: PENDING, count: pending },
          ]}
          most={most}
        />
      </td>
    </tr>
  );
}

function Legend() {
  return (
    <ul className={styles.legend}>
      {Object.entries(LEGEND).map(([look, text]) => (
        <li key={look}>
          <PartsBar parts={[{ look: look as Look, count: 1 }]} most={1} /> {text}
        </li>
      ))}
    </ul>
  );
}
