// Drawn as SVG, whose colors follow the scheme by themselves. The table beside it has the same in numbers.
import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useMemo, useState } from "react";
import type { Day } from "../api/client.ts";
import { formatCompact, formatDay, formatNumber } from "../shared/format.ts";
import { axisTicks } from "./axisTicks.ts";
import styles from "./HistoryPanel.module.css";

const HEIGHT = 240;
const TOP = 12;
const BOTTOM = 24;
const LEFT = 44;
const RIGHT = 8;

export function HistoryChart({ days }: { days: Day[] }) {
  const { ref, width } = useElementSize();
  const [hovered, setHovered] = useState<number>();
  const plot = useMemo(() => plotOf(days, Math.max(width, 200)), [days, width]);

  function point(event: PointerEvent) {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    const place = Math.round(x / plot.step);
    setHovered(Math.min(Math.max(place, 0), days.length - 1));
  }
  return (
    <div ref={ref} className={styles.chart} onPointerMove={point} onPointerLeave={() => setHovered(undefined)}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={summary(days)}>
          <Axes plot={plot} days={days} width={width} />
          <path
            d={`${plot.line}L${plot.x(days.length - 1)},${HEIGHT - BOTTOM}L${LEFT},${HEIGHT - BOTTOM}Z`}
            className={styles.area}
          />
          <path d={plot.line} className={styles.stroke} />
          {hovered !== undefined && days[hovered] !== undefined && (
            <>
              <line x1={plot.x(hovered)} x2={plot.x(hovered)} y1={TOP} y2={HEIGHT - BOTTOM} className={styles.cross} />
              <circle cx={plot.x(hovered)} cy={plot.y(days[hovered].size)} r="4" fill="currentColor" />
            </>
          )}
        </svg>
      )}
      {hovered !== undefined && <Tooltip day={days[hovered]} x={plot.x(hovered)} width={width} />}
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
  const ticks = axisTicks(days.map(({ size }) => size));
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
            {tick < 100_000 ? formatNumber(tick) : formatCompact(tick)}
          </text>
        </g>
      ))}
      {days.map(({ date }, place) =>
        (days.length - 1 - place) % every === 0 ? (
          <text key={date} x={plot.x(place)} y={HEIGHT - 6} textAnchor={place === days.length - 1 ? "end" : "middle"}>
            {formatDay(date)}
          </text>
        ) : null,
      )}
    </g>
  );
}

function Tooltip({ day, x, width }: { day: Day | undefined; x: number; width: number }) {
  if (day === undefined) return null;
  const side = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 };
  return (
    <div className={styles.tip} style={side}>
      <strong>{formatDay(day.date)}</strong>
      {formatNumber(day.size)} members
      <br />
      {formatNumber(day.entered)} entered, {formatNumber(day.left)} left
    </div>
  );
}

function summary(days: Day[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "No data";
  return `Size by day: ${formatNumber(first.size)} on ${formatDay(first.date)}, ${formatNumber(last.size)} on ${formatDay(last.date)}`;
}
