import type { ReactNode } from "react";
import styles from "./StateLabel.module.css";

interface Props {
  /** Gives the color of the dot. The words say the same. */
  state: string;
  title?: string;
  children: ReactNode;
}

/** A dot, and a few words on where something stands. */
export function StateLabel({ state, title, children }: Props) {
  return (
    <span className={styles.state} data-state={state} title={title}>
      <span>{children}</span>
    </span>
  );
}
