import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

interface Props {
  icon: Icon;
  title: string;
  children?: ReactNode;
}

/** Why there is nothing here, and what to do about it. */
export function EmptyState({ icon: Icon, title, children }: Props) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>
        <Icon size={24} aria-hidden />
      </span>
      <strong>{title}</strong>
      <div className={styles.text}>{children}</div>
    </div>
  );
}
