import { ActionIcon, Button } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp } from "@tabler/icons-react";
import { ButtonLink } from "../../shared/ButtonLink.tsx";
import page from "../../shared/Page.module.css";
import { PageTitle } from "../../shared/PageTitle.tsx";
import { useKeptFocus } from "../../shared/useKeptFocus.ts";
import styles from "../Creator.module.css";

interface Props {
  isEdit: boolean;
  /** Whether the draft differs from what is stored. */
  isChanged: boolean;
  isSaving: boolean;
  canUndo: boolean;
  canRedo: boolean;
  onUndo: () => void;
  onRedo: () => void;
  onSave: () => void;
}

export function EditorHeader({ isEdit, isChanged, isSaving, canUndo, canRedo, onUndo, onRedo, onSave }: Props) {
  const save = useKeptFocus(isSaving);
  return (
    <header className={`${page.header} ${styles.bar}`}>
      <PageTitle>{isEdit ? "Edit segment" : "New segment"}</PageTitle>
      <div className={`${page.actions} ${styles.save}`}>
        {isChanged && <span className={styles.unsaved}>Unsaved changes</span>}
        <ActionIcon
          variant="default"
          size={36}
          aria-label="Undo"
          title="Undo (Ctrl+Z)"
          disabled={!canUndo}
          onClick={onUndo}
        >
          <IconArrowBackUp size={18} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={36}
          aria-label="Redo"
          title="Redo (Ctrl+Shift+Z)"
          disabled={!canRedo}
          onClick={onRedo}
        >
          <IconArrowForwardUp size={18} />
        </ActionIcon>
        <ButtonLink to="/" variant="default">
          Cancel
        </ButtonLink>
        <Button ref={save} loading={isSaving} title="Ctrl+S" aria-keyshortcuts="Control+S Meta+S" onClick={onSave}>
          {isEdit ? "Save changes" : "Create segment"}
        </Button>
      </div>
    </header>
  );
}
