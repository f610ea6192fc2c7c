import "./modalStyles.ts";
import { Modal } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import styles from "./Dialog.module.css";
import { isUppermost, ToastPlace } from "./ToastPlace.tsx";
import { useReturn } from "./useReturn.ts";

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
  const content = useRef<HTMLDivElement>(null);
  const close = () => isUppermost(content.current) && onClose?.();
  return (
    <Modal.Root opened={opened} onClose={close} size={size} radius="lg" centered zIndex={300}>
      <Modal.Overlay backgroundOpacity={0.45} />
      <Modal.Content ref={content} classNames={{ content: styles.content ?? "" }}>
        <div className={styles.head}>
          <Modal.Title component="h2" className={`${styles.title} isolated`}>
            {title}
          </Modal.Title>
          {onClose !== undefined && <Modal.CloseButton aria-label="Close" />}
        </div>
        <Modal.Body className={styles.body}>{children}</Modal.Body>
        <ToastPlace isInFlow />
      </Modal.Content>
    </Modal.Root>
  );
}
