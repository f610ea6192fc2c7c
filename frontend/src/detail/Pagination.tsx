import { ActionIcon, NativeSelect } from "@mantine/core";
import { IconChevronLeft, IconChevronLeftPipe, IconChevronRight, IconChevronRightPipe } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { PAGE_SIZES, type PageSize } from "../app/routes.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import styles from "./MembersPanel.module.css";

interface Props {
  page: number;
  pages: number;
  total: number;
  size: PageSize;
  onGo: (page: number) => void;
  onResize: (size: PageSize) => void;
}

/** Which page this is, the way to its neighbors and to the ends, and how many people a page has. */
export function Pagination({ page, pages, total, size, onGo, onResize }: Props) {
  const last = Math.max(pages, 1);
  const [isFirst, isLast] = [page <= 1, page >= last];
  return (
    <nav className={styles.pages} aria-label="Pages">
      <span role="status">{pluralize(total, "user")}</span>
      {total > Math.min(...PAGE_SIZES) && (
        <NativeSelect
          aria-label="Users per page"
          size="xs"
          data={PAGE_SIZES.map((choice) => ({ value: String(choice), label: `${choice} per page` }))}
          value={String(size)}
          onChange={({ currentTarget: { value } }) =>
            onResize(PAGE_SIZES.find((choice) => String(choice) === value) ?? size)
          }
        />
      )}
      <span className={styles.turn}>
        <Turn label="First page" isOff={isFirst} onTurn={() => onGo(1)}>
          <IconChevronLeftPipe size={18} />
        </Turn>
        <Turn label="Previous page" isOff={isFirst} onTurn={() => onGo(Math.min(page - 1, last))}>
          <IconChevronLeft size={18} />
        </Turn>
        <span>
          Page {formatNumber(page)} of {formatNumber(last)}
        </span>
        <Turn label="Next page" isOff={isLast} onTurn={() => onGo(page + 1)}>
          <IconChevronRight size={18} />
        </Turn>
        <Turn label="Last page" isOff={isLast} onTurn={() => onGo(last)}>
          <IconChevronRightPipe size={18} />
        </Turn>
      </span>
    </nav>
  );
}

interface TurnProps {
  label: string;
  isOff: boolean;
  onTurn: () => void;
  children: ReactNode;
}

function Turn({ label, isOff, onTurn, children }: TurnProps) {
  return (
    <ActionIcon variant="default" aria-label={label} title={label} disabled={isOff} onClick={onTurn}>
      {children}
    </ActionIcon>
  );
}
