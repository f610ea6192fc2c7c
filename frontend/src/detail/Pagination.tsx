import { ActionIcon } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { formatNumber, pluralize } from "../shared/format.ts";
import styles from "./MembersPanel.module.css";

interface Props {
  page: number;
  pages: number;
  total: number;
  onGo: (page: number) => void;
}

/** Which page this is, and the way to its neighbors. */
export function Pagination({ page, pages, total, onGo }: Props) {
  const last = Math.max(pages, 1);
  return (
    <nav className={styles.pages} aria-label="Pages">
      <span role="status">{pluralize(total, "user")}</span>
      <span className={styles.turn}>
        <ActionIcon
          variant="default"
          aria-label="Previous page"
          disabled={page <= 1}
          onClick={() => onGo(Math.min(page - 1, last))}
        >
          <IconChevronLeft size={18} />
        </ActionIcon>
        Page {formatNumber(page)} of {formatNumber(last)}
        <ActionIcon variant="default" aria-label="Next page" disabled={page >= last} onClick={() => onGo(page + 1)}>
          <IconChevronRight size={18} />
        </ActionIcon>
      </span>
    </nav>
  );
}
