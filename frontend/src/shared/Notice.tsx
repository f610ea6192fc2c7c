import { IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import styles from "./Notice.module.css";

/** An inline note or warning. */
export function Notice({ tone = "note", children }: { tone?: "note" | "warning"; children: ReactNode }) {
  return (
    <div className={styles.notice} data-tone={tone}>
      <IconInfoCircle size={18} className={styles.icon} aria-hidden />
      <div className={styles.words}>{children}</div>
    </div>
  );
}
