import { TextInput } from "@mantine/core";
import { type KeyboardEvent, useMemo, useState } from "react";
import { announce } from "../../shared/Announcer.tsx";
import { findOptions } from "../inputs/findOptions.ts";
import { OptionList } from "../inputs/OptionList.tsx";
import { useOptions } from "../inputs/useOptions.ts";
import { useBuilder } from "./builderContext.ts";
import { fieldOptions } from "./fieldGroups.ts";
import styles from "./GroupEditor.module.css";

interface Props {
  set: string;
  /** The name of the group. */
  label: string;
}

/** Adds a condition on the field that is chosen from the list: the first that is found, if no other is. */
export function FieldFinder({ set, label }: Props) {
  const { catalogue, addCondition } = useBuilder();
  const [text, setText] = useState("");
  const fields = useMemo(() => fieldOptions(catalogue.fields.values()), [catalogue]);
  const found = findOptions(fields, text);
  const { isOpen, begin, close, input, list } = useOptions({
    options: found,
    hasFirst: text.trim() !== "",
    onChoose({ value }) {
      setText("");
      close();
      addCondition(set, value);
    },
  });
  function press(event: KeyboardEvent) {
    if (event.key === "Enter" && found.length === 0) announce("No field matches");
    input.onKeyDown(event);
  }
  return (
    <div className={styles.finder}>
      <TextInput
        {...input}
        size="xs"
        aria-label={`Add a condition to ${label} by name`}
        placeholder="Find a field…"
        maxLength={100}
        value={text}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          begin();
        }}
        onKeyDown={press}
      />
      {isOpen && <OptionList {...list} />}
    </div>
  );
}
