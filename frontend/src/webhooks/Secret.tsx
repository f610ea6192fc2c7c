import { Button, Group, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useBlocker } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { announce } from "../shared/Announcer.tsx";
import { Notice } from "../shared/Notice.tsx";
import dialogs from "../sync/SyncDialogs.module.css";
import styles from "./WebhooksPage.module.css";

interface Props {
  secret: string;
  /** Whether the former one is valid too. */
  isRotated: boolean;
  onClose: () => void;
}

/** A new secret, this once. */
export function Secret({ secret, isRotated, onClose }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const clipboard = useClipboard({ timeout: 4_000 });
  // Going back would lose it, too.
  useBlocker({ shouldBlockFn: () => true });
  useEffect(() => input.current?.select(), []);
  useEffect(() => {
    if (clipboard.copied) announce("Secret copied");
    // Without https a page may not write to the clipboard.
    if (clipboard.error !== null) input.current?.select();
  }, [clipboard.copied, clipboard.error]);
  return (
    <div className={dialogs.body}>
      <Notice tone="warning">
        <strong>You won't see this secret again.</strong>
        <span>Copy it now. The receiver needs it to verify signatures.</span>
        {isRotated && <span>The old secret works for 24 more hours. Until then, messages are signed with both.</span>}
      </Notice>
      <TextInput
        ref={input}
        label="Secret"
        readOnly
        value={secret}
        classNames={{ input: styles.secret ?? "" }}
        autoComplete="off"
        spellCheck={false}
        error={clipboard.error !== null && "Couldn't copy. The secret is selected: press Ctrl+C."}
        onFocus={(event) => event.currentTarget.select()}
        data-autofocus
      />
      <Group justify="flex-end">
        <Button
          variant="default"
          leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          onClick={() => clipboard.copy(secret)}
        >
          {clipboard.copied ? "Copied" : "Copy secret"}
        </Button>
        <Button onClick={onClose}>I've saved it</Button>
      </Group>
    </div>
  );
}
