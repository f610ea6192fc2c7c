import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconCopy, IconFolders, IconGripVertical, IconTrash } from "@tabler/icons-react";
import { useBuilder } from "./builderContext.ts";
import styles from "./GroupEditor.module.css";
import type { Node } from "./tree.ts";
import { dragProps } from "./useDrop.ts";

interface Props {
  node: Node;
  label: string;
  /** Whether there is nothing above or below it, in or out of its group. */
  isFirst: boolean;
  isLast: boolean;
  canWrap: boolean;
}

/** Moves, copies and removals, each a button of its own, so that the keyboard alone does. The handle is for a mouse only. */
export function NodeActions({ node, label, isFirst, isLast, canWrap }: Props) {
  const { move, remove, wrap, copy } = useBuilder();
  const commonProps = { variant: "subtle", color: "gray", size: "md", c: "var(--ink-2)" } as const;
  return (
    <span className={styles.actions}>
      <span className={styles.handle} title="Drag to move" aria-hidden="true" {...dragProps(node.id)}>
        <IconGripVertical size={16} />
      </span>
      <ActionIcon
        {...commonProps}
        id={`up-${node.id}`}
        aria-label={`Move ${label} up`}
        title="Move up"
        aria-disabled={isFirst}
        onClick={() => !isFirst && move(node.id, -1)}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        {...commonProps}
        id={`down-${node.id}`}
        aria-label={`Move ${label} down`}
        title="Move down"
        aria-disabled={isLast}
        onClick={() => !isLast && move(node.id, 1)}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
      {canWrap && (
        <ActionIcon
          {...commonProps}
          aria-label={`Put ${label} in a group`}
          title="Put in a group"
          onClick={() => wrap(node.id)}
        >
          <IconFolders size={16} />
        </ActionIcon>
      )}
      <ActionIcon {...commonProps} aria-label={`Copy ${label}`} title="Copy" onClick={() => copy(node.id)}>
        <IconCopy size={16} />
      </ActionIcon>
      <ActionIcon {...commonProps} aria-label={`Remove ${label}`} title="Remove" onClick={() => remove(node.id)}>
        <IconTrash size={16} />
      </ActionIcon>
    </span>
  );
}
