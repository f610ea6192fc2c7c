import { TextInput } from "@mantine/core";
import { type FormEvent, useId, useMemo, useState } from "react";
import { announce } from "../../shared/Announcer.tsx";
import { useBuilder } from "./builderContext.ts";
import { fieldOptions, findFields } from "./fieldGroups.ts";
import styles from "./GroupEditor.module.css";

/** Adds a condition on the field that is found: the one that is chosen from the list, or with Enter the first. */
export function FieldFinder({ set }: { set: string }) {
  const { catalogue, addCondition } = useBuilder();
  const [text, setText] = useState("");
  const list = useId();
  const options = useMemo(() => fieldOptions(catalogue.fields.values()), [catalogue]);

  function add(field: string) {
    setText("");
    addCondition(set, field);
  }
  function type(next: string, isWhole: boolean) {
    const chosen = isWhole ? options.find(({ label }) => label === next) : undefined;
    if (chosen === undefined) setText(next);
    else add(chosen.value);
  }
  function submit(event: FormEvent) {
    event.preventDefault();
    if (text.trim() === "") return;
    const [first] = findFields(options, text);
    if (first === undefined) announce("No field matches");
    else add(first.value);
  }
  return (
    <form onSubmit={submit} className={styles.finder}>
      <TextInput
        size="xs"
        aria-label="Add a condition by name"
        placeholder="Find a field…"
        autoComplete="off"
        maxLength={100}
        list={list}
        value={text}
        onChange={({ currentTarget, nativeEvent }) => type(currentTarget.value, isReplacement(nativeEvent))}
      />
      <datalist id={list}>
        {findFields(options, text).map(({ value, label, group }) => (
          <option key={value} value={label}>
            {group}
          </option>
        ))}
      </datalist>
    </form>
  );
}

/** Whether the text came at once, as from the list. Browsers give that another type than typing, or none. */
function isReplacement(event: Event): boolean {
  const type = "inputType" in event ? event.inputType : "";
  return type === "" || type === "insertReplacementText";
}
