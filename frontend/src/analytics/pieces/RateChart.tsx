import type { Rate } from "../../api/client.ts";
import { axisTicks } from "../../shared/axisTicks.ts";
import { formatShare } from "../../shared/format.ts";
import styles from "./Analytics.module.css";
import { Plot, type Scales } from "./Plot.tsx";

export interface RatePoint {
  /** What stands below it. */
  mark: string;
  /** Nothing if it is not known. */
  rate: Rate | null;
  complete: boolean;
}

interface Props {
  label: string;
  points: RatePoint[];
  room: number;
}

interface Drawn {
  place: number;
  percent: number;
  low: number;
  high: number;
  complete: boolean;
}

/** Rates with their 95 % intervals as a band. What is incomplete is dashed and hollow, and has no band. */
export function RateChart({ label, points, room }: Props) {
  const drawn = points.flatMap(({ rate, complete }, place) =>
    rate === null || rate.percent === null || rate.low === null || rate.high === null
      ? []
      : [{ place, percent: rate.percent, low: rate.low, high: rate.high, complete }],
  );
  return (
    <Plot
      label={label}
      ticks={axisTicks([0, ...drawn.map(({ high }) => high)])}
      tickText={(tick) => formatShare(tick, 100)}
      marks={points.map(({ mark }) => mark)}
      room={room}
    >
      {(scales) => (
        <>
          {stepsOf(drawn).map((step) => (
            <Step key={step[0].place} step={step} scales={scales} />
          ))}
          {drawn.map(({ place, percent, complete }) => (
            <circle
              key={place}
              cx={scales.x(place)}
              cy={scales.y(percent)}
              r="4"
              className={complete ? styles.dot : styles.open}
            />
          ))}
        </>
      )}
    </Plot>
  );
}

/** Each point with the next. Nothing joins points between which one is not known. */
function stepsOf(drawn: Drawn[]): [Drawn, Drawn][] {
  return drawn.flatMap((point, place) => {
    const next = drawn[place + 1];
    return next?.place === point.place + 1 ? [[point, next] as [Drawn, Drawn]] : [];
  });
}

function Step({ step: [from, to], scales: { x, y } }: { step: [Drawn, Drawn]; scales: Scales }) {
  const [left, right] = [x(from.place), x(to.place)];
  const complete = from.complete && to.complete;
  return (
    <>
      {complete && (
        <path
          d={`M${left},${y(from.high)}L${right},${y(to.high)}L${right},${y(to.low)}L${left},${y(from.low)}Z`}
          className={styles.band}
          data-band
        />
      )}
      <line
        x1={left}
        y1={y(from.percent)}
        x2={right}
        y2={y(to.percent)}
        className={styles.line}
        data-complete={complete}
      />
    </>
  );
}
