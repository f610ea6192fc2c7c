import { useId } from "react";
import styles from "../pieces/Analytics.module.css";

interface Props {
  reached: number;
  /** Whose time is over without it. */
  over: number;
  pending: number;
  /** What the whole width stands for. */
  most: number;
}

/** People by what became of them: filled, hollow and hatched. The numbers stand beside it. */
export function EntrantsBar({ reached, over, pending, most }: Props) {
  const id = useId();
  const share = (count: number) => `${(count / most) * 100}%`;
  return (
    <svg className={styles.bar} height="14" aria-hidden="true">
      <defs>
        <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" x2="0" y1="0" y2="5" className={styles.hatch} />
        </pattern>
      </defs>
      {reached > 0 && <rect x="0" y="1" width={share(reached)} height="12" className={styles.solid} />}
      {over > 0 && <rect x={share(reached)} y="1" width={share(over)} height="12" className={styles.hollow} />}
      {pending > 0 && (
        <rect x={share(reached + over)} y="1" width={share(pending)} height="12" fill={`url(#${id})`} data-hatched />
      )}
    </svg>
  );
}
