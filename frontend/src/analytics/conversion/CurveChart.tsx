import { axisTicks } from "../../shared/axisTicks.ts";
import { formatCompact, formatNumber, pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { Plot } from "../pieces/Plot.tsx";
import { partText } from "../pieces/rates.ts";

/** How many had reached the goal after so many days. */
export function CurveChart({ curve, of }: { curve: number[]; of: number }) {
  const last = curve.length - 1;
  return (
    <Plot
      label={`Reached the goal after ${pluralize(last, "day")}: ${partText({ part: curve[last] ?? 0, of })}`}
      ticks={axisTicks([0, ...curve])}
      tickText={(tick) => (tick < 100_000 ? formatNumber(tick) : formatCompact(tick))}
      marks={curve.map((_, day) => formatNumber(day))}
      room={40}
    >
      {({ x, y }) => (
        <polyline points={curve.map((count, day) => `${x(day)},${y(count)}`).join(" ")} className={styles.line} />
      )}
    </Plot>
  );
}
