import type { ForecastAnswer } from "../../api/client.ts";
import { axisTicks } from "../../shared/axisTicks.ts";
import { dayIn } from "../../shared/dayIn.ts";
import { formatCompact, formatDay, formatFullDay, formatNumber, pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { type Named, nameOf } from "../pieces/names.ts";
import { Plot } from "../pieces/Plot.tsx";
import { Scroll } from "../pieces/Scroll.tsx";
import { checksOf, offText } from "./words.ts";

interface Props {
  answer: ForecastAnswer;
  days: number;
  named: Named;
}

/** What was forecast and what came, as lines with the band, and as a table. */
export function Backtests({ answer, days, named }: Props) {
  const times = checksOf(answer, days);
  const percent = answer.band?.percent ?? 0;
  const [low, high] = [1 - percent / 100, 1 + percent / 100];
  return (
    <>
      <div className={styles.both}>
        <Plot
          label={`Forecasts of ${nameOf(answer.segment, named)}, and what came of them, ${pluralize(times.length, "time")}`}
          ticks={axisTicks([0, ...times.flatMap(({ forecast, actual = 0 }) => [forecast * high, actual])])}
          tickText={(tick) => (tick < 100_000 ? formatNumber(tick) : formatCompact(tick))}
          marks={times.map(({ at }) => formatDay(dayIn(at, answer.zone)))}
          room={64}
        >
          {({ x, y }) => {
            const path = (points: [number, number][]) => points.map(([place, value]) => `${x(place)},${y(value)}`);
            const forecasts = times.map(({ forecast }, place) => [place, forecast] as [number, number]);
            const actuals = times.flatMap(({ actual }, place) =>
              actual === undefined ? [] : [[place, actual] as [number, number]],
            );
            const band = [
              ...forecasts.map(([place, value]) => [place, value * high] as [number, number]),
              ...forecasts.map(([place, value]) => [place, value * low] as [number, number]).reverse(),
            ];
            return (
              <>
                {percent > 0 && <polygon points={path(band).join(" ")} className={styles.band} data-band />}
                <polyline points={path(forecasts).join(" ")} className={styles.line} data-complete="false" />
                <polyline points={path(actuals).join(" ")} className={styles.line} />
                {actuals.map(([place, value]) => (
                  <circle key={place} cx={x(place)} cy={y(value)} r="4" className={styles.dot} />
                ))}
              </>
            );
          }}
        </Plot>
        <Scroll label="Earlier forecasts" isLow>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">For</th>
                <th scope="col">Forecast</th>
                <th scope="col">Came</th>
                <th scope="col">Off by</th>
              </tr>
            </thead>
            <tbody>
              {times.map(({ at, forecast, actual }) => (
                <tr key={at}>
                  <th scope="row" className={styles.unbroken}>
                    {formatFullDay(dayIn(at, answer.zone))}
                  </th>
                  <td>{formatNumber(forecast)}</td>
                  <td>{actual === undefined ? <span className="quiet">—</span> : formatNumber(actual)}</td>
                  <td>{actual === undefined ? <span className="quiet">—</span> : offText({ forecast, actual })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </div>
      <p className={styles.small}>
        Dashed: what was forecast{percent > 0 && ", with the band in which eight of ten earlier ones were"}. Solid: what
        came.
      </p>
    </>
  );
}
