// Two counts for each day, one upward and one downward from the same line: told apart without color.
import styles from "./DayChart.module.css";
import { formatCompact, formatNumber } from "./format.ts";

export interface Bars {
  up: { name: string; values: number[] };
  down: { name: string; values: number[] };
}

const WIDEST = 14;

interface Props {
  bars: Bars;
  /** Where each day lies, and how far days are apart. */
  x: (place: number) => number;
  step: number;
  /** The first and the last pixel of the width, and of the height. */
  from: { x: number; y: number };
  to: { x: number; y: number };
}

export function DayBars({ bars: { up, down }, x, step, from, to }: Props) {
  // Both halves have one scale, so that lengths can be compared.
  const most = Math.max(1, ...up.values, ...down.values);
  const middle = (from.y + to.y) / 2;
  const lengthOf = (value: number) => (value / most) * (middle - from.y);
  const width = Math.min(Math.max(step * 0.6, 1), WIDEST);
  const text = most < 100_000 ? formatNumber(most) : formatCompact(most);
  const barOf = (direction: "up" | "down", value: number, place: number) => (
    <rect
      key={`${direction} ${place}`}
      x={x(place) - width / 2}
      y={direction === "up" ? middle - lengthOf(value) : middle}
      width={width}
      height={lengthOf(value)}
      className={styles.bar}
      data-bar={direction}
    />
  );
  return (
    <g>
      <g className={styles.axis}>
        <text x={from.x - 8} y={from.y + 8} textAnchor="end">
          {text}
        </text>
        <text x={from.x - 8} y={to.y} textAnchor="end">
          {text}
        </text>
      </g>
      {up.values.map((value, place) => barOf("up", value, place))}
      {down.values.map((value, place) => barOf("down", value, place))}
      <line x1={from.x} x2={to.x} y1={middle} y2={middle} className={styles.middle} />
    </g>
  );
}

/** What upward and downward bars are. */
export function BarsLegend({ bars: { up, down } }: { bars: Bars }) {
  return (
    <>
      {(
        [
          ["up", up.name, "upward"],
          ["down", down.name, "downward"],
        ] as const
      ).map(([bar, name, direction]) => (
        <li key={bar}>
          <svg width="12" height="12" aria-hidden="true">
            <rect x="1" y="1" width="10" height="10" className={styles.bar} data-bar={bar} />
          </svg>
          {name}, {direction}
        </li>
      ))}
    </>
  );
}
