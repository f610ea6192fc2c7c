import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import styles from "../pieces/Analytics.module.css";
import { type Who, whoKey } from "./words.ts";

interface Props {
  step: number;
  who: Who;
  label: string;
  onChoose: () => void;
  children: ReactNode;
}

/** From a number to the people. */
export function WhoLink({ step, who: { segment, show }, label, onChoose, children }: Props) {
  return (
    <Link
      from="/analytics/flow"
      to="."
      search={(before) => ({ ...before, step: String(step), who: segment, shown: show })}
      resetScroll={false}
      className={styles.link}
      aria-label={label}
      data-who={whoKey(step, { segment, show })}
      onClick={onChoose}
    >
      {children}
    </Link>
  );
}
