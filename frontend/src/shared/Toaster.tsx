import { Button, CloseButton, Portal } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import styles from "./Toaster.module.css";
import { dismiss, type Toast, useToasts } from "./toasts.ts";

const ICONS = { done: IconCircleCheck, notice: IconInfoCircle, fault: IconAlertTriangle };

/** The messages, above everything else. */
export function Toaster() {
  const toasts = useToasts();
  return (
    <Portal>
      <section className={styles.place} aria-label="Notifications">
        {toasts.map((toast) => (
          <OneToast key={toast.id} toast={toast} />
        ))}
      </section>
    </Portal>
  );
}

function OneToast({ toast }: { toast: Toast }) {
  const [isHeld, setIsHeld] = useState(false);
  const Icon = ICONS[toast.tone];
  const left = useSecondsLeft(toast, isHeld);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it from going
    <div
      className={styles.toast}
      data-tone={toast.tone}
      onMouseEnter={() => setIsHeld(true)}
      onMouseLeave={() => setIsHeld(false)}
    >
      <Icon size={20} className={styles.icon} aria-hidden />
      <div className={styles.words}>
        <strong className="isolated">{toast.title}</strong>
        {toast.text !== undefined && <span className="quiet isolated">{toast.text}</span>}
      </div>
      {toast.action !== undefined && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            toast.action?.run();
            dismiss(toast.id);
          }}
        >
          {toast.action.label} ({left})
        </Button>
      )}
      <CloseButton aria-label="Dismiss message" onClick={() => dismiss(toast.id)} />
    </div>
  );
}

/** Counts down, and takes the message away at the end. A message that is pointed at stays, unless it offers something. */
function useSecondsLeft(toast: Toast, isHeld: boolean): number {
  const [left, setLeft] = useState(Math.ceil(toast.duration / 1_000));
  const waits = isHeld && toast.action === undefined;
  useEffect(() => {
    if (waits) return;
    if (left <= 0) return dismiss(toast.id);
    const timer = window.setTimeout(() => setLeft(left - 1), 1_000);
    return () => window.clearTimeout(timer);
  }, [left, toast.id, waits]);
  return left;
}
