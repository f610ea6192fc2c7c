import { useId } from "react";
import styles from "./Analytics.module.css";

/** How a part is filled. Parts differ without color. */
export type Look = "solid" | "hollow" | "hatched" | "dotted" | "striped" | "crossed";

interface Props {
  /** From the left to the right. */
  parts: { look: Look; count: number }[];
  /** What the whole width stands for. */
  most: number;
}

/** Numbers as the parts of a bar. The numbers stand beside it. */
export function PartsBar({ parts, most }: Props) {
  const id = useId();
  let before = 0;
  const drawn = parts.map(({ look, count }) => {
    const from = before;
    before += count;
    return { look, count, from };
  });
  const share = (count: number) => `${(count / most) * 100}%`;
  return (
    <svg className={styles.bar} height="14" aria-hidden="true">
      <defs>
        {parts.map(({ look }) => (
          <Pattern key={look} id={`${id}${look}`} look={look} />
        ))}
      </defs>
      {drawn.map(({ look, count, from }) =>
        count === 0 ? null : (
          <rect
            key={look}
            x={share(from)}
            y="1"
            width={share(count)}
            height="12"
            fill={look in LINES ? `url(#${id}${look})` : look === "solid" ? "currentColor" : "transparent"}
            data-look={look}
          />
        ),
      )}
    </svg>
  );
}

/** What is repeated, in a square of five. */
const LINES: Partial<Record<Look, string>> = {
  hatched: "M0,0V5",
  dotted: "M1.5,1.5H3.5",
  striped: "M0,0H5",
  crossed: "M0,0H5M0,0V5",
};

function Pattern({ id, look }: { id: string; look: Look }) {
  const lines = LINES[look];
  if (lines === undefined) return null;
  const turned = look === "striped" ? {} : { patternTransform: "rotate(45)" };
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" {...turned}>
      <path d={lines} className={styles.hatch} />
    </pattern>
  );
}
