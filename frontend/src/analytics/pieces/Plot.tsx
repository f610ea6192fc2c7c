import { useElementSize } from "@mantine/hooks";
import type { ReactNode } from "react";
import styles from "./Analytics.module.css";

const HEIGHT = 240;
const EDGE = { top: 12, right: 8, bottom: 24, left: 44 };

export interface Scales {
  x: (place: number) => number;
  y: (value: number) => number;
}

interface Props {
  /** The chart in a sentence. A table beside it has the numbers. */
  label: string;
  /** Round numbers from zero to above all values. */
  ticks: number[];
  tickText: (tick: number) => string;
  /** Below each place. As many are shown as have room. */
  marks: string[];
  /** The width of a mark. */
  room: number;
  children: (scales: Scales) => ReactNode;
}

/** The axes of a chart of values at places from the left to the right. */
export function Plot({ label, ticks, tickText, marks, room, children }: Props) {
  const { ref, width } = useElementSize();
  const last = marks.length - 1;
  const drawn = Math.max(width, 200);
  const x = (place: number) => EDGE.left + (place / Math.max(last, 1)) * (drawn - EDGE.left - EDGE.right);
  const y = (value: number) => HEIGHT - EDGE.bottom - (value / (ticks.at(-1) ?? 1)) * (HEIGHT - EDGE.bottom - EDGE.top);
  const every = Math.max(1, Math.ceil((marks.length * room) / drawn));
  return (
    <div ref={ref} className={styles.plot}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={EDGE.left} x2={width - EDGE.right} y1={y(tick)} y2={y(tick)} className={styles.grid} />
              <text x={EDGE.left - 8} y={y(tick) + 4} textAnchor="end">
                {tickText(tick)}
              </text>
            </g>
          ))}
          {marks.map((mark, place) =>
            place % every === 0 ? (
              <text key={place} x={x(place)} y={HEIGHT - 6} textAnchor={place > 0 && place === last ? "end" : "middle"}>
                {mark}
              </text>
            ) : null,
          )}
          {children({ x, y })}
        </svg>
      )}
    </div>
  );
}
