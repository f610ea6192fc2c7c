import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { errorMessage, type Role } from "./errorMessages.ts";
import styles from "./Notice.module.css";

interface Props {
  error: unknown;
  onRetry?: () => void;
  /** The role that is needed for what was asked. */
  neededRole?: Role | undefined;
}

/** An error, with a button to try again. */
export function ErrorNotice({ error, onRetry, neededRole }: Props) {
  const { title, text } = errorMessage(error, neededRole);
  return (
    <div className={styles.notice} data-tone="fault" role="alert">
      <IconAlertTriangle size={20} className={styles.icon} aria-hidden />
      <div className={styles.words}>
        <strong>{title}</strong>
        <span>{text}</span>
      </div>
      {onRetry !== undefined && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
