import { TextInput } from "@mantine/core";
import { OptionList } from "../../shared/options/OptionList.tsx";
import { useBuilder } from "./builderContext.ts";
import styles from "./GroupEditor.module.css";
import { useFieldSearch } from "./useFieldSearch.ts";

interface Props {
  set: string;
  /** The name of the group. */
  label: string;
}

/** Adds a condition on the field that is chosen from the list. */
export function FieldFinder({ set, label }: Props) {
  const { addCondition } = useBuilder();
  const { text, isOpen, input, list } = useFieldSearch((field) => addCondition(set, field));
  return (
    <div className={styles.finder}>
      <TextInput
        {...input}
        size="xs"
        aria-label={`Add a condition to ${label} by name`}
        placeholder="Find a field…"
        value={text}
      />
      {isOpen && <OptionList {...list} />}
    </div>
  );
}
