// Drawn as SVG, whose colors follow the scheme by themselves. A table beside it has the same in numbers.
import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, type ReactNode, useId, useState } from "react";
import { type Bars, BarsLegend, DayBars } from "./DayBars.tsx";
import styles from "./DayChart.module.css";
import { formatCompact, formatDay, formatNumber } from "./format.ts";

const HEIGHT = 240;
const TOP = 12;
const BOTTOM = 24;
const LEFT = 44;
const RIGHT = 8;
/** How high bars are, and how far below the lines. */
const BARS = 72;
const GAP = 14;

/** Days on which something of a kind happened. */
export interface Marks {
  name: string;
  at: { place: number; text: string }[];
}

/** One number for each day. Lines differ in color and in dashes. */
export interface Line {
  name: string;
  look: "solid" | "dashed" | "dotted";
  values: number[];
}

interface Props {
  /** The oldest first, such as `2026-03-01`. */
  dates: string[];
  /** The area below the first one is filled if the axis begins at zero: a cut area would exaggerate. */
  lines: Line[];
  /** Round numbers from below all values to above them. */
  ticks: number[];
  /** The chart in a sentence. */
  label: string;
  /** What the pointer shows for a day. */
  tipOf: (place: number) => ReactNode;
  /** What is counted below the lines. */
  bars?: Bars;
  marks?: Marks;
  /** Whether the last day is hatched, since it is not over. */
  hatched?: boolean;
}

export function DayChart({ dates, lines, ticks, label, tipOf, bars, marks, hatched = false }: Props) {
  const { ref, width } = useElementSize();
  const [hovered, setHovered] = useState<number>();
  const plot = plotOf(dates.length, ticks, Math.max(width, 200));
  const height = HEIGHT + (bars === undefined ? 0 : GAP + BARS);
  const bottom = height - BOTTOM;

  function point(event: PointerEvent) {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    const place = Math.round(x / plot.step);
    setHovered(Math.min(Math.max(place, 0), dates.length - 1));
  }
  return (
    <div className={styles.chart}>
      <div
        ref={ref}
        className={styles.plot}
        style={{ height }}
        onPointerMove={point}
        onPointerLeave={() => setHovered(undefined)}
      >
        {width > 0 && (
          <svg width={width} height={height} role="img" aria-label={label}>
            <Axes plot={plot} ticks={ticks} dates={dates} width={width} height={height} />
            {hatched && <Hatching plot={plot} last={dates.length - 1} bottom={bottom} />}
            <Lines plot={plot} lines={lines} isFilled={ticks[0] === 0} last={dates.length - 1} />
            {bars !== undefined && (
              <DayBars
                bars={bars}
                x={plot.x}
                step={plot.step}
                from={{ x: LEFT, y: bottom - BARS }}
                to={{ x: width - RIGHT, y: bottom }}
              />
            )}
            {marks?.at.map(({ place, text }) => (
              <MarkLine key={text} x={plot.x(place)} bottom={bottom} />
            ))}
            {hovered !== undefined && <Cross plot={plot} lines={lines} place={hovered} bottom={bottom} />}
          </svg>
        )}
        {hovered !== undefined && (
          <Tooltip date={dates[hovered]} x={plot.x(hovered)} width={width}>
            {tipOf(hovered)}
            {marks?.at
              .filter(({ place }) => place === hovered)
              .map(({ text }) => (
                <em key={text}>{text}</em>
              ))}
          </Tooltip>
        )}
      </div>
      {(lines.length > 1 || bars !== undefined) && (
        <ul className={styles.legend}>
          {lines.length > 1 && <LinesLegend lines={lines} />}
          {bars !== undefined && <BarsLegend bars={bars} />}
          {marks !== undefined && marks.at.length > 0 && <MarksLegend name={marks.name} />}
        </ul>
      )}
    </div>
  );
}

interface Plot {
  x: (place: number) => number;
  y: (value: number) => number;
  /** How far days are apart. */
  step: number;
}

function plotOf(days: number, ticks: number[], width: number): Plot {
  const least = ticks[0] ?? 0;
  const span = (ticks.at(-1) ?? 1) - least || 1;
  const step = (width - LEFT - RIGHT) / Math.max(days - 1, 1);
  return {
    x: (place) => LEFT + place * step,
    y: (value) => HEIGHT - BOTTOM - ((value - least) / span) * (HEIGHT - TOP - BOTTOM),
    step,
  };
}

function pathOf({ values }: Line, { x, y }: Plot): string {
  return `M${values.map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join("L")}`;
}

interface LinesProps {
  plot: Plot;
  lines: Line[];
  isFilled: boolean;
  last: number;
}

function Lines({ plot, lines, isFilled, last }: LinesProps) {
  const [first] = lines;
  return (
    <>
      {isFilled && first !== undefined && (
        <path
          d={`${pathOf(first, plot)}L${plot.x(last)},${HEIGHT - BOTTOM}L${LEFT},${HEIGHT - BOTTOM}Z`}
          className={styles.area}
          data-area
        />
      )}
      {lines.map((line) => (
        <path key={line.look} d={pathOf(line, plot)} className={styles.stroke} data-look={line.look} />
      ))}
    </>
  );
}

/** From top to bottom, with a flag. What it stands for is in the tip and in the table. */
function MarkLine({ x, bottom }: { x: number; bottom: number }) {
  return (
    <g data-mark>
      <line x1={x} x2={x} y1={TOP} y2={bottom} className={styles.mark} />
      <path d={`M${x},${TOP}l7,4l-7,4z`} className={styles.flag} />
    </g>
  );
}

interface CrossProps {
  plot: Plot;
  lines: Line[];
  place: number;
  bottom: number;
}

function Cross({ plot, lines, place, bottom }: CrossProps) {
  const x = plot.x(place);
  return (
    <>
      <line x1={x} x2={x} y1={TOP} y2={bottom} className={styles.cross} />
      {lines.map(({ look, values }) => (
        <circle key={look} cx={x} cy={plot.y(values[place] ?? 0)} r="4" className={styles.dot} data-look={look} />
      ))}
    </>
  );
}

/** What the lines are. One line needs no names. */
function LinesLegend({ lines }: { lines: Line[] }) {
  return (
    <>
      {lines.map(({ look, name }) => (
        <li key={look}>
          <svg width="28" height="10" aria-hidden="true">
            <line x1="1" x2="27" y1="5" y2="5" className={styles.stroke} data-look={look} />
          </svg>
          {name}
        </li>
      ))}
    </>
  );
}

function MarksLegend({ name }: { name: string }) {
  return (
    <li>
      <svg width="12" height="12" aria-hidden="true">
        <path d="M2,1l8,5l-8,5z" className={styles.flag} />
      </svg>
      {name}
    </li>
  );
}

/** From halfway after the day before to the last day, down to the foot of the bars. */
function Hatching({ plot, last, bottom }: { plot: Plot; last: number; bottom: number }) {
  const id = useId();
  const width = Math.max(plot.step / 2, 4);
  return (
    <>
      <defs>
        <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" x2="0" y1="0" y2="6" className={styles.hatch} />
        </pattern>
      </defs>
      <rect
        x={plot.x(last) - width}
        y={TOP}
        width={width}
        height={bottom - TOP}
        fill={`url(#${id})`}
        data-look="hatched"
      />
    </>
  );
}

interface AxesProps {
  plot: Plot;
  ticks: number[];
  dates: string[];
  width: number;
  height: number;
}

function Axes({ plot, ticks, dates, width, height }: AxesProps) {
  const every = Math.max(1, Math.ceil((dates.length * 64) / (width - LEFT)));
  const last = dates.length - 1;
  return (
    <g className={styles.axis}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={width - RIGHT} y1={plot.y(tick)} y2={plot.y(tick)} className={styles.grid} />
          <text x={LEFT - 8} y={plot.y(tick) + 4} textAnchor="end">
            {tick < 100_000 ? formatNumber(tick) : formatCompact(tick)}
          </text>
        </g>
      ))}
      {dates.map((date, place) =>
        (last - place) % every === 0 ? (
          <text key={date} x={plot.x(place)} y={height - 6} textAnchor={place === last ? "end" : "middle"}>
            {formatDay(date)}
          </text>
        ) : null,
      )}
    </g>
  );
}

interface TooltipProps {
  date: string | undefined;
  x: number;
  width: number;
  children: ReactNode;
}

function Tooltip({ date, x, width, children }: TooltipProps) {
  if (date === undefined) return null;
  const side = x > width / 2 ? { right: width - x + 12 } : { left: x + 12 };
  return (
    <div className={styles.tip} style={side}>
      <strong>{formatDay(date)}</strong>
      {children}
    </div>
  );
}
