import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconFolders, IconTrash } from "@tabler/icons-react";
import { useBuilder } from "./builderContext.ts";
import styles from "./GroupEditor.module.css";
import type { Node } from "./tree.ts";

interface Props {
  node: Node;
  label: string;
  /** Whether there is nothing above or below it, in or out of its group. */
  isFirst: boolean;
  isLast: boolean;
  canWrap: boolean;
}

/** Moves and removals, each a button of its own, so that the keyboard alone does. */
export function NodeActions({ node, label, isFirst, isLast, canWrap }: Props) {
  const { move, remove, wrap } = useBuilder();
  const commonProps = { variant: "subtle", color: "gray", size: "md", c: "var(--ink-2)" } as const;
  return (
    <span className={styles.actions}>
      <ActionIcon
        {...commonProps}
        id={`up-${node.id}`}
        aria-label={`Move ${label} up`}
        aria-disabled={isFirst}
        onClick={() => !isFirst && move(node.id, -1)}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        {...commonProps}
        id={`down-${node.id}`}
        aria-label={`Move ${label} down`}
        aria-disabled={isLast}
        onClick={() => !isLast && move(node.id, 1)}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
      {canWrap && (
        <ActionIcon {...commonProps} aria-label={`Put ${label} in a group`} onClick={() => wrap(node.id)}>
          <IconFolders size={16} />
        </ActionIcon>
      )}
      <ActionIcon {...commonProps} aria-label={`Remove ${label}`} onClick={() => remove(node.id)}>
        <IconTrash size={16} />
      </ActionIcon>
    </span>
  );
}
