import type { Rate } from "../../api/client.ts";
import styles from "../pieces/Analytics.module.css";
import { intervalText, partText, percentText } from "../pieces/rates.ts";

const HEIGHT = 34;
/** Where the two rates lie, one below the other. */
const LANES = { a: 10, b: 24 };

interface Props {
  /** Each with the name of its segment. */
  a: { name: string; rate: Rate };
  b: { name: string; rate: Rate };
}

/** Both rates between 0 and 100%, as dots with their 95% intervals: filled, and hollow. */
export function RatesPlot({ a, b }: Props) {
  const said = [a, b].filter(({ rate }) => rate.of > 0).map(sayOf);
  if (said.length === 0) return null;
  return (
    <svg className={styles.interval} height={HEIGHT} role="img" aria-label={said.join("; ")}>
      <line x1="0%" x2="100%" y1={HEIGHT / 2} y2={HEIGHT / 2} className={styles.track} />
      <line x1="0.5" x2="0.5" y1="3" y2={HEIGHT - 3} className={styles.track} />
      <line x1="100%" x2="100%" y1="3" y2={HEIGHT - 3} className={styles.track} />
      <Dot rate={a.rate} which="a" />
      <Dot rate={b.rate} which="b" />
    </svg>
  );
}

/** Nothing without a whole. */
function Dot({ rate: { percent, low, high }, which }: { rate: Rate; which: "a" | "b" }) {
  if (percent === null || low === null || high === null) return null;
  const y = LANES[which];
  return (
    <g data-rate={which}>
      <rect x={`${low}%`} width={`${Math.max(high - low, 0.5)}%`} y={y - 3} height="6" rx="3" className={styles.band} />
      <circle cx={`${percent}%`} cy={y} r="4" className={which === "a" ? styles.dot : styles.open} />
    </g>
  );
}

function sayOf({ name, rate }: Props["a"]): string {
  return `${name}: ${partText(rate)}, ${percentText(rate)}, 95% interval ${intervalText(rate)}`;
}

/** Which dot is which segment's. */
export function RatesLegend({ a, b }: { a: string; b: string }) {
  return (
    <ul className={styles.legend}>
      {[
        { name: a, look: styles.dot },
        { name: b, look: styles.open },
      ].map(({ name, look }, place) => (
        <li key={place === 0 ? "a" : "b"}>
          <svg className={styles.interval} height="12" aria-hidden="true">
            <rect x="0" width="22" y="3" height="6" rx="3" className={styles.band} />
            <circle cx="11" cy="6" r="4" className={look} />
          </svg>
          <span className="isolated">{name}</span>
        </li>
      ))}
    </ul>
  );
}
