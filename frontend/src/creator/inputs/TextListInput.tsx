import { type KeyboardEvent, useState } from "react";
import { Chips } from "../../shared/options/Chips.tsx";
import styles from "../../shared/options/Options.module.css";

interface Props {
  "aria-label": string;
  /** Whether a message about it is shown below. */
  error: boolean;
  value: string[];
  textCharacters: number;
  onChange: (value: string[]) => void;
}

/** Any number of texts, each typed and ended with Enter or a comma. */
export function TextListInput({ value, textCharacters, onChange, ...rest }: Props) {
  const [text, setText] = useState("");
  function add(typed: string[]) {
    const texts = typed.map((one) => one.trim()).filter(Boolean);
    if (texts.length > 0) onChange([...new Set([...value, ...texts])]);
  }
  /** What follows the last comma is still being typed. */
  function type(typed: string) {
    const texts = typed.split(",");
    setText(texts.pop() ?? "");
    add(texts);
  }
  function end() {
    add([text]);
    setText("");
  }
  function press(event: KeyboardEvent) {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    end();
  }
  return (
    <div className={styles.list}>
      <Chips
        {...rest}
        chips={value.map((one) => ({ value: one, label: one }))}
        text={text}
        placeholder={value.length === 0 ? "Text, then Enter" : ""}
        autoComplete="off"
        maxLength={textCharacters}
        onRemove={(removed) => onChange(value.filter((one) => one !== removed))}
        onChange={({ currentTarget }) => type(currentTarget.value)}
        onKeyDown={press}
        onBlur={end}
      />
    </div>
  );
}
