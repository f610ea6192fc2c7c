import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import styles from "./EmptyState.module.css";
import { PageTitle } from "./PageTitle.tsx";

interface Props {
  icon: Icon;
  title: string;
  /** Whether it is all of a page, so that its title is the page's. */
  isPage?: boolean;
  children?: ReactNode;
}

/** Says why a list is empty and what to do. */
export function EmptyState({ icon: Icon, title, isPage = false, children }: Props) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>
        <Icon size={24} aria-hidden />
      </span>
      {isPage ? <PageTitle>{title}</PageTitle> : <strong>{title}</strong>}
      <div className={styles.text}>{children}</div>
    </div>
  );
}
