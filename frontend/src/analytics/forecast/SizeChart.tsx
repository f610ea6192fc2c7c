import type { ForecastAnswer } from "../../api/client.ts";
import { axisTicks } from "../../shared/axisTicks.ts";
import { dayIn } from "../../shared/dayIn.ts";
import { formatCompact, formatDay, formatNumber, pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { type Named, nameOf } from "../pieces/names.ts";
import { Plot } from "../pieces/Plot.tsx";

interface Props {
  answer: ForecastAnswer;
  named: Named;
}

/** The size now and at the end of each day ahead. */
export function SizeChart({ answer: { segment, size = 0, days = [], asOf, zone }, named }: Props) {
  const sizes = [size, ...days.map(({ size }) => size)];
  return (
    <Plot
      label={`Size of ${nameOf(segment, named)} in the next ${pluralize(days.length, "day")}: from ${formatNumber(size)} to ${formatNumber(sizes.at(-1) ?? size)}`}
      ticks={axisTicks([0, ...sizes])}
      tickText={(tick) => (tick < 100_000 ? formatNumber(tick) : formatCompact(tick))}
      marks={[asOf, ...days.map(({ at }) => at)].map((at) => formatDay(dayIn(at, zone)))}
      room={64}
    >
      {({ x, y }) => (
        <polyline
          points={sizes.map((size, day) => `${x(day)},${y(size)}`).join(" ")}
          className={styles.line}
          data-complete="false"
        />
      )}
    </Plot>
  );
}
