import { Skeleton } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import styles from "./StatCard.module.css";

interface Props {
  icon?: Icon;
  label: string;
  /** Nothing while it is on its way. */
  value: ReactNode;
  note?: ReactNode;
  tone?: "good" | "bad" | undefined;
  /** The figure could not be loaded. */
  failed?: boolean;
}

/** A figure with its name. Its height is the same before the figure is there. */
export function StatCard({ icon: Icon, label, value, note, tone, failed = false }: Props) {
  const isWaiting = value === undefined && !failed;
  return (
    <div className={styles.card}>
      <dt className={styles.label}>
        {Icon !== undefined && <Icon size={17} aria-hidden />}
        {label}
      </dt>
      <dd className={styles.body}>
        <span className={`${styles.value} isolated`} data-tone={tone}>
          {isWaiting ? <Skeleton width={88} height={24} mt={4} /> : failed ? "—" : value}
        </span>
        <span className={styles.note}>{isWaiting ? <Skeleton width={140} height={12} mt={5} /> : note}</span>
      </dd>
    </div>
  );
}

interface RowProps {
  label: string;
  /** Whether the figures answer an earlier question. */
  isStale?: boolean;
  children: ReactNode;
}

export function StatRow({ label, isStale = false, children }: RowProps) {
  return (
    <section aria-label={label} aria-busy={isStale}>
      <dl className={styles.row} data-stale={isStale}>
        {children}
      </dl>
    </section>
  );
}
