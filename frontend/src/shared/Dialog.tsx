import "./modalStyles.ts";
import { Modal } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import styles from "./Dialog.module.css";

interface Props {
  title: string;
  /** Where there is nothing to close, it stays. */
  onClose?: (() => void) | undefined;
  opened?: boolean;
  size?: number;
  children: ReactNode;
}

/**
 * A question or an answer above a screen, and above its detail. Its class is given by `classNames`: what Mantine gets as
 * `className` it also puts on the layer around the dialog, which would then hide the screen.
 */
export function Dialog({ title, onClose, opened = true, size = 460, children }: Props) {
  useReturn();
  return (
    <Modal.Root opened={opened} onClose={onClose ?? (() => undefined)} size={size} radius="lg" centered zIndex={300}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content classNames={{ content: styles.content ?? "" }}>
        <div className={styles.head}>
          <Modal.Title component="h2" className={`${styles.title} isolated`}>
            {title}
          </Modal.Title>
          {onClose !== undefined && <Modal.CloseButton aria-label="Close" />}
        </div>
        <Modal.Body className={styles.body}>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

/** Returns the focus on unmount. Mantine does so only for dialogs that stay mounted. */
function useReturn() {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement && opener.isConnected) {
        requestAnimationFrame(() => opener.focus({ preventScroll: true }));
      }
    },
    [opener],
  );
}
