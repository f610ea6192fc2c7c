import styles from "./Sparkline.module.css";

const WIDTH = 96;
const HEIGHT = 32;
const EDGE = 2;

interface Props {
  sizes: number[] | undefined;
  color: string;
  label: string;
}

/** Sizes as a line, from its own least to its own greatest. Only from zero is it filled: a cut area would exaggerate. */
export function Sparkline({ sizes, color, label }: Props) {
  if (sizes === undefined || sizes.length < 2) return <span className={styles.empty} />;
  const points = pointsOf(sizes);
  const last = points.at(-1);
  return (
    <svg className={styles.line} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label} style={{ color }}>
      {Math.min(...sizes) === 0 && (
        <path
          d={`M${points.join("L")}L${WIDTH - EDGE},${HEIGHT}L${EDGE},${HEIGHT}Z`}
          className={styles.area}
          data-area
        />
      )}
      <path d={`M${points.join("L")}`} className={styles.stroke} />
      {last !== undefined && <circle cx={last[0]} cy={last[1]} r="2" fill="currentColor" />}
    </svg>
  );
}

function pointsOf(sizes: number[]): [number, number][] {
  const least = Math.min(...sizes);
  const span = Math.max(...sizes) - least;
  return sizes.map((size, place) => [
    round(EDGE + (place / (sizes.length - 1)) * (WIDTH - 2 * EDGE)),
    // What never changed is a line: in the middle, or on the ground if there was nobody.
    round(
      span === 0
        ? least === 0
          ? HEIGHT - EDGE
          : HEIGHT / 2
        : HEIGHT - EDGE - ((size - least) / span) * (HEIGHT - 2 * EDGE - 2),
    ),
  ]);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
