import type { ReactNode } from "react";
import styles from "./Analytics.module.css";

interface Props {
  label: string;
  /** As high as a chart beside it. */
  isLow?: boolean;
  children: ReactNode;
}

/** What may be wider than the window scrolls, also by keyboard. */
export function Scroll({ label, isLow = false, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
    <section className={styles.scroll} data-low={isLow} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
