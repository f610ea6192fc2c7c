// Drawn as SVG, whose colors follow the scheme by themselves. The table beside it has the same in numbers.
import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useMemo, useState } from "react";
import type { Day } from "../api/client.ts";
import { calendarDay, compact, whole } from "../shared/formats.ts";
import styles from "./HistoryPanel.module.css";
import { ticksOf } from "./ticks.ts";

const HEIGHT = 240;
const TOP = 12;
const BOTTOM = 24;
const LEFT = 44;
const RIGHT = 8;

export function HistoryChart({ days }: { days: Day[] }) {
  const { ref, width } = useElementSize();
  const [pointed, setPointed] = useState<number>();
  const plot = useMemo(() => plotOf(days, Math.max(width, 200)), [days, width]);

  function point(event: PointerEvent) {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    const place = Math.round(x / plot.step);
    setPointed(Math.min(Math.max(place, 0), days.length - 1));
  }
  return (
    <div ref={ref} className={styles.chart} onPointerMove={point} onPointerLeave={() => setPointed(undefined)}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={summary(days)}>
          <Axes plot={plot} days={days} width={width} />
          <path
            d={`${plot.line}L${plot.x(days.length - 1)},${HEIGHT - BOTTOM}L${LEFT},${HEIGHT - BOTTOM}Z`}
            className={styles.area}
          />
          <path d={plot.line} className={styles.stroke} />
          {pointed !== undefined && days[pointed] !== undefined && (
            <>
              <line x1={plot.x(pointed)} x2={plot.x(pointed)} y1={TOP} y2={HEIGHT - BOTTOM} className={styles.cross} />
              <circle cx={plot.x(pointed)} cy={plot.y(days[pointed].size)} r="4" fill="currentColor" />
            </>
          )}
        </svg>
      )}
      {pointed !== undefined && <Tip day={days[pointed]} x={plot.x(pointed)} width={width} />}
    </div>
  );
}

interface Plot {
  x: (place: number) => number;
  y: (size: number) => number;
  step: number;
  line: string;
  ticks: number[];
}

function plotOf(days: Day[], width: number): Plot {
  const ticks = ticksOf(days.map(({ size }) => size));
  const least = ticks[0] ?? 0;
  const span = (ticks.at(-1) ?? 1) - least || 1;
  const step = (width - LEFT - RIGHT) / Math.max(days.length - 1, 1);
  const x = (place: number) => LEFT + place * step;
  const y = (size: number) => HEIGHT - BOTTOM - ((size - least) / span) * (HEIGHT - TOP - BOTTOM);
  const points = days.map(({ size }, place) => `${x(place).toFixed(1)},${y(size).toFixed(1)}`);
  return { x, y, step, ticks, line: `M${points.join("L")}` };
}

function Axes({ plot, days, width }: { plot: Plot; days: Day[]; width: number }) {
  const every = Math.max(1, Math.ceil((days.length * 64) / (width - LEFT)));
  return (
    <g className={styles.axis}>
      {plot.ticks.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={width - RIGHT} y1={plot.y(tick)} y2={plot.y(tick)} className={styles.grid} />
          <text x={LEFT - 8} y={plot.y(tick) + 4} textAnchor="end">
            {tick < 100_000 ? whole(tick) : compact(tick)}
          </text>
        </g>
      ))}
      {days.map(({ date }, place) =>
        (days.length - 1 - place) % every === 0 ? (
          <text key={date} x={plot.x(place)} y={HEIGHT - 6} textAnchor={place === days.length - 1 ? "end" : "middle"}>
            {calendarDay(date)}
          </text>
        ) : null,
      )}
    </g>
  );
}

function Tip({ day, x, width }: { day: Day | undefined; x: number; width: number }) {
  if (day === undefined) return null;
  const side = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 };
  return (
    <div className={styles.tip} style={side}>
      <strong>{calendarDay(day.date)}</strong>
      {whole(day.size)} members
      <br />
      {whole(day.entered)} entered, {whole(day.left)} left
    </div>
  );
}

function summary(days: Day[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "No days";
  return `Size by day: ${whole(first.size)} on ${calendarDay(first.date)}, ${whole(last.size)} on ${calendarDay(last.date)}`;
}
