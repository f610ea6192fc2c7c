import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";

interface Props {
  icon: Icon;
  title: string;
  children?: ReactNode;
}

/** Says why a list is empty and what to do. */
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
