import { useElementSize } from "@mantine/hooks";
import { LinePath } from "@visx/shape";
import { axisTicks } from "../../shared/axisTicks.ts";
import { formatCompact, formatNumber, pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { partText } from "../pieces/rates.ts";

const HEIGHT = 240;
const EDGE = { top: 12, right: 8, bottom: 24, left: 44 };

/** How many had reached the goal after so many days. */
export function CurveChart({ curve, of }: { curve: number[]; of: number }) {
  const { ref, width } = useElementSize();
  const last = curve.length - 1;
  const ticks = axisTicks([0, ...curve]);
  const drawn = Math.max(width, 200);
  const x = (day: number) => EDGE.left + (day / Math.max(last, 1)) * (drawn - EDGE.left - EDGE.right);
  const y = (count: number) => HEIGHT - EDGE.bottom - (count / (ticks.at(-1) ?? 1)) * (HEIGHT - EDGE.bottom - EDGE.top);
  const every = Math.max(1, Math.ceil((curve.length * 40) / drawn));
  const label = `Reached the goal after ${pluralize(last, "day")}: ${partText({ part: curve[last] ?? 0, of })}`;
  return (
    <div ref={ref} className={styles.plot}>
      {width > 0 && (
        <svg width={width} height={HEIGHT} role="img" aria-label={label}>
          {ticks.map((tick) => (
            <g key={tick}>
              <line x1={EDGE.left} x2={width - EDGE.right} y1={y(tick)} y2={y(tick)} className={styles.grid} />
              <text x={EDGE.left - 8} y={y(tick) + 4} textAnchor="end">
                {tick < 100_000 ? formatNumber(tick) : formatCompact(tick)}
              </text>
            </g>
          ))}
          {curve.map((_, day) =>
            day % every === 0 ? (
              <text key={day} x={x(day)} y={HEIGHT - 6} textAnchor="middle">
                {formatNumber(day)}
              </text>
            ) : null,
          )}
          <LinePath data={curve} x={(_, day) => x(day)} y={(converted) => y(converted)} className={styles.line} />
        </svg>
      )}
    </div>
  );
}
