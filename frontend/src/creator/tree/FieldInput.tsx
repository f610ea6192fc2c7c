import { TextInput } from "@mantine/core";
import { IconSelector } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { OptionList } from "../../shared/options/OptionList.tsx";
import { useBuilder } from "./builderContext.ts";
import { helpOf } from "./fieldHelp.ts";
import styles from "./GroupEditor.module.css";
import { useFieldSearch } from "./useFieldSearch.ts";

interface Props {
  id: string;
  value: string;
  onChange: (field: string) => void;
}

/** The field of a condition. What is typed only finds another one: until one is chosen, the field stays. */
export function FieldInput({ id, value, onChange }: Props) {
  const { catalogue } = useBuilder();
  const ref = useRef<HTMLInputElement>(null);
  const { text, setText, isOpen, label, input, list } = useFieldSearch(
    (field) => field !== value && onChange(field),
    value,
  );
  useEffect(() => {
    if (isOpen) return;
    setText("");
    // The next key begins a search, and is not added to the name that is shown again.
    if (document.activeElement === ref.current) ref.current?.select();
  }, [isOpen, setText]);
  return (
    <TextInput
      {...input}
      ref={ref}
      id={id}
      classNames={{ root: styles.fieldWithHelp ?? "", description: styles.help ?? "" }}
      aria-label="Field"
      value={isOpen ? text : label}
      placeholder={label}
      error={!catalogue.fields.has(value)}
      description={helpOf(value)}
      inputWrapperOrder={["input", "description"]}
      inputContainer={(children) => (
        <div className={styles.field}>
          {children}
          {isOpen && <OptionList {...list} />}
        </div>
      )}
      rightSection={<IconSelector size={20} stroke={1.5} color="var(--ink-2)" aria-hidden />}
      rightSectionPointerEvents="none"
      onFocus={({ currentTarget }) => currentTarget.select()}
    />
  );
}
