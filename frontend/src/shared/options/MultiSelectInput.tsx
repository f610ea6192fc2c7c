import { useState } from "react";
import { announce } from "../Announcer.tsx";
import { Chips } from "./Chips.tsx";
import { findOptions } from "./findOptions.ts";
import { type Option, withMissingOptions } from "./missingOptions.ts";
import { OptionList } from "./OptionList.tsx";
import styles from "./Options.module.css";
import { useOptions } from "./useOptions.ts";

interface Props {
  "aria-label": string;
  /** Whether a message about it is shown below. */
  error: boolean;
  value: string[];
  options: Option[];
  onChange: (value: string[]) => void;
}

/** Any number of options, found by what is typed. */
export function MultiSelectInput({ value, options, onChange, error, "aria-label": label }: Props) {
  const [text, setText] = useState("");
  const known = withMissingOptions(options, value);
  const { isOpen, begin, input, list } = useOptions({
    options: findOptions(known, text),
    hasFirst: text.trim() !== "",
    onChoose: toggle,
  });
  function toggle({ value: one, label }: Option) {
    const isChosen = value.includes(one);
    onChange(isChosen ? value.filter((other) => other !== one) : [...value, one]);
    announce(`${label} ${isChosen ? "removed" : "chosen"}`);
    if (text === "") return;
    setText("");
    // The list is another one now.
    begin();
  }
  const chips = value.map((one) => known.find((option) => option.value === one) ?? { value: one, label: one });
  return (
    <div className={styles.list}>
      <Chips
        {...input}
        aria-label={label}
        error={error}
        chips={chips}
        text={text}
        placeholder={value.length === 0 ? "Choose…" : ""}
        onRemove={(removed) => onChange(value.filter((one) => one !== removed))}
        onChange={({ currentTarget }) => {
          setText(currentTarget.value);
          begin();
        }}
        onBlur={() => {
          setText("");
          input.onBlur();
        }}
      />
      {isOpen && <OptionList {...list} chosen={value} />}
    </div>
  );
}
