import { Button, CloseButton } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import styles from "./Toaster.module.css";
import { useToastPlace } from "./ToastPlace.tsx";
import { dismiss, type Toast, useToasts } from "./toasts.ts";

const ICONS = { done: IconCircleCheck, notice: IconInfoCircle, fault: IconAlertTriangle };

/** The messages, above everything else. They move with their element, so that each keeps its time. */
export function Toaster() {
  const toasts = useToasts();
  const place = useToastPlace();
  const [element] = useState(() => document.createElement("div"));
  useLayoutEffect(() => {
    place.append(element);
    return () => element.remove();
  }, [place, element]);
  return createPortal(
    <section className={styles.place} aria-label="Notifications">
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} place={place} />
      ))}
    </section>,
    element,
  );
}

function OneToast({ toast, place }: { toast: Toast; place: HTMLElement }) {
  // By the place: an element that moves hears neither that the pointer leaves it nor that it loses the focus.
  const [pointedAtIn, setPointedAtIn] = useState<HTMLElement>();
  const [focusedIn, setFocusedIn] = useState<HTMLElement>();
  const cameFrom = useRef<EventTarget>(null);
  const Icon = ICONS[toast.tone];
  const left = useSecondsLeft(toast, pointedAtIn === place || focusedIn === place);
  /** The focus goes back to where it was before, rather than nowhere. */
  function close() {
    dismiss(toast.id);
    if (cameFrom.current instanceof HTMLElement) cameFrom.current.focus({ preventScroll: true });
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it, or having the focus in it, only keeps it from going
    <div
      className={styles.toast}
      data-tone={toast.tone}
      onMouseEnter={() => setPointedAtIn(place)}
      onMouseLeave={() => setPointedAtIn(undefined)}
      onFocus={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget)) cameFrom.current = relatedTarget;
        setFocusedIn(place);
      }}
      onBlur={() => setFocusedIn(undefined)}
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
            close();
          }}
        >
          {toast.action.label} ({left})
        </Button>
      )}
      <CloseButton aria-label="Dismiss message" onClick={close} />
    </div>
  );
}

/** Counts down, and takes the message away at the end. Time stands still while the message is held. */
function useSecondsLeft(toast: Toast, isHeld: boolean): number {
  const [left, setLeft] = useState(Math.ceil(toast.duration / 1_000));
  useEffect(() => {
    if (isHeld) return;
    if (left <= 0) return dismiss(toast.id);
    const timer = window.setTimeout(() => setLeft(left - 1), 1_000);
    return () => window.clearTimeout(timer);
  }, [left, toast.id, isHeld]);
  return left;
}
