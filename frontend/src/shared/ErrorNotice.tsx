import { Button } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { errorMessage, type Role, retryAfter } from "./errorMessages.ts";
import styles from "./Notice.module.css";

interface Props {
  error: unknown;
  onRetry?: () => void;
  /** The role that is needed for what was asked. */
  neededRole?: Role | undefined;
}

/** An error, with a button to try again. */
export function ErrorNotice({ error, onRetry, neededRole }: Props) {
  const waited = useWaited(error);
  const { title, text } = errorMessage(error, neededRole, waited);
  return (
    <div className={styles.notice} data-tone="fault" role="alert">
      <IconAlertTriangle size={20} className={styles.icon} aria-hidden />
      <div className={styles.words}>
        <strong>{title}</strong>
        {/* Said once, and not with each second that passes. */}
        <span aria-live={waited > 0 ? "off" : undefined}>{text}</span>
      </div>
      {onRetry !== undefined && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** The seconds since an error came, as long as it says to wait. */
function useWaited(error: unknown): number {
  const [waited, setWaited] = useState({ error, seconds: 0 });
  const seconds = waited.error === error ? waited.seconds : 0;
  const isWaiting = seconds < (retryAfter(error) ?? 0);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = window.setTimeout(() => setWaited({ error, seconds: seconds + 1 }), 1_000);
    return () => window.clearTimeout(timer);
  }, [error, seconds, isWaiting]);
  return seconds;
}
