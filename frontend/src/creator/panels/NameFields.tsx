import { Textarea, TextInput } from "@mantine/core";
import { capitalize } from "../../shared/format.ts";
import styles from "../Creator.module.css";
import type { ChangeDraft, Draft } from "../draft/useDraft.ts";
import { isNameTaken } from "../draft/useSave.ts";

interface Props {
  draft: Draft;
  change: ChangeDraft;
  faults: Map<string, string[]>;
  error: Error | null;
}

/** What the segment is called, and what it is for. */
export function NameFields({ draft, change, faults, error }: Props) {
  const ofName = isNameTaken(error)
    ? "Another segment already has this name."
    : nameError(draft.name, faults.get("name"));
  return (
    <section className={styles.names} aria-label="Name and description">
      <TextInput
        label="Name"
        required
        maxLength={100}
        placeholder="e.g. Pro users on a streak"
        value={draft.name}
        error={ofName}
        onChange={({ currentTarget: { value } }) => change((before) => ({ ...before, name: value }), "name")}
      />
      <Textarea
        label="Description"
        autosize
        minRows={1}
        maxRows={4}
        maxLength={500}
        placeholder="What is it for?"
        value={draft.description}
        error={sentence(faults.get("description"))}
        onChange={({ currentTarget: { value } }) =>
          change((before) => ({ ...before, description: value }), "description")
        }
      />
    </section>
  );
}

function nameError(name: string, messages: string[] | undefined): string | undefined {
  return messages && name.trim() === "" ? "Enter a name." : sentence(messages);
}

function sentence(messages: string[] | undefined): string | undefined {
  return messages?.map((message) => `${capitalize(message)}.`).join(" ");
}
