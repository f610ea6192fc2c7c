import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { errorMessage } from "./errorMessages.ts";
import styles from "./Notice.module.css";

interface Props {
  error: unknown;
  onRetry?: () => void;
}

/** An error, with a button to try again. */
export function ErrorNotice({ error, onRetry }: Props) {
  const { title, text } = errorMessage(error);
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
