import type { ReactNode } from "react";
import styles from "./Value.module.css";

interface Props {
  bounds: string[];
  onChange: (value: string[]) => void;
  children: (part: "Start" | "End", text: string, change: (text: string) => void) => ReactNode;
}

/** From one value to another. */
export function RangeInput({ bounds: two, onChange, children }: Props) {
  const [start = "", end = ""] = two;
  return (
    <div className={styles.row}>
      {children("Start", start, (text) => onChange([text, end]))}
      <span className="quiet">and</span>
      {children("End", end, (text) => onChange([start, text]))}
    </div>
  );
}
