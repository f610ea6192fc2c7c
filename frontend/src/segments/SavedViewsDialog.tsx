import { ActionIcon, Button, Group, Text, TextInput } from "@mantine/core";
import { IconCheck, IconTrash } from "@tabler/icons-react";
import { type FormEvent, useRef, useState } from "react";
import type { ListSearch } from "../app/routes.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { toast } from "../shared/toasts.ts";
import styles from "./SavedViewsDialog.module.css";
import { deleteView, isSame, MAX_NAME_LENGTH, type SavedView, saveView, useSavedViews } from "./savedViews.ts";

interface Props {
  /** What the list is asked for now. */
  search: ListSearch;
  onOpen: (search: ListSearch) => void;
  onClose: () => void;
}

/** Opens, saves and deletes views of the list. */
export function SavedViewsDialog({ search, onOpen, onClose }: Props) {
  const views = useSavedViews();
  const [typed, setTyped] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const name = typed.trim();
  const isKnown = views.some((view) => view.name === name);

  function save(event: FormEvent) {
    event.preventDefault();
    if (name === "") return;
    const isKept = saveView(name, search);
    onClose();
    toast({ tone: "done", title: `View “${name}” saved`, text: isKept ? undefined : "Only until you close this tab." });
  }
  function open(view: SavedView) {
    onOpen(view.search);
    onClose();
  }
  function remove(view: SavedView) {
    deleteView(view.name);
    input.current?.focus();
    const undo = { label: "Undo", run: () => void saveView(view.name, view.search) };
    toast({ tone: "done", title: `View “${view.name}” deleted`, action: undo });
  }
  return (
    <Dialog title="Saved views" onClose={onClose}>
      {views.length === 0 ? (
        <Text size="sm" mb="md">
          None yet.
        </Text>
      ) : (
        <ul className={styles.views}>
          {views.map((view) => {
            const isCurrent = isSame(view, search);
            return (
              <li key={view.name}>
                <Button
                  variant="default"
                  justify="flex-start"
                  {...(isCurrent ? { "aria-current": "true", leftSection: <IconCheck size={16} /> } : {})}
                  onClick={() => open(view)}
                >
                  <span className="isolated">{view.name}</span>
                </Button>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Delete view ${view.name}`}
                  onClick={() => remove(view)}
                >
                  <IconTrash size={18} />
                </ActionIcon>
              </li>
            );
          })}
        </ul>
      )}
      <form onSubmit={save} className={styles.form}>
        <TextInput
          ref={input}
          label="Save the list as it is"
          description="With its search, filters, order and look. This browser keeps it."
          placeholder="Name"
          maxLength={MAX_NAME_LENGTH}
          autoComplete="off"
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={name === ""}>
            {isKnown ? "Replace" : "Save"}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
