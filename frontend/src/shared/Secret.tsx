import { Button, Group, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useBlocker } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { announce } from "./Announcer.tsx";
import { capitalize } from "./format.ts";
import { Notice } from "./Notice.tsx";
import styles from "./Secret.module.css";

interface Props {
  secret: string;
  /** What it is called, such as `token`. */
  noun?: string;
  /** What to do with it. */
  children: ReactNode;
  onClose: () => void;
}

/** A new secret, this once. */
export function Secret({ secret, noun = "secret", children, onClose }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const clipboard = useClipboard({ timeout: 4_000 });
  // Going back would lose it, too.
  useBlocker({ shouldBlockFn: () => true });
  useEffect(() => input.current?.select(), []);
  useEffect(() => {
    if (clipboard.copied) announce(`${capitalize(noun)} copied`);
    // Without https a page may not write to the clipboard.
    if (clipboard.error !== null) input.current?.select();
  }, [clipboard.copied, clipboard.error, noun]);
  return (
    <div className={styles.body}>
      <Notice tone="warning">
        <strong>You won't see this {noun} again.</strong>
        {children}
      </Notice>
      <TextInput
        ref={input}
        label={capitalize(noun)}
        readOnly
        value={secret}
        classNames={{ input: styles.secret ?? "" }}
        autoComplete="off"
        spellCheck={false}
        error={clipboard.error !== null && `Couldn't copy. The ${noun} is selected: press Ctrl+C.`}
        onFocus={(event) => event.currentTarget.select()}
        data-autofocus
      />
      <Group justify="flex-end">
        <Button
          variant="default"
          leftSection={clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          onClick={() => clipboard.copy(secret)}
        >
          {clipboard.copied ? "Copied" : `Copy ${noun}`}
        </Button>
        <Button onClick={onClose}>I've saved it</Button>
      </Group>
    </div>
  );
}
