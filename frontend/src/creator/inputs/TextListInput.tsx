import "@mantine/core/styles/Combobox.css";
import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/Popover.css";
import { TagsInput } from "@mantine/core";
import styles from "./Value.module.css";

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
  return (
    <TagsInput
      {...rest}
      className={styles.list ?? ""}
      value={value}
      onChange={onChange}
      placeholder={value.length === 0 ? "Text, then Enter" : ""}
      maxLength={textCharacters}
      acceptValueOnBlur
      comboboxProps={{ withinPortal: false }}
    />
  );
}
