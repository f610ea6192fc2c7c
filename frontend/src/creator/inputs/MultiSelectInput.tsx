import "@mantine/core/styles/Combobox.css";
import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/Popover.css";
import { MultiSelect } from "@mantine/core";
import { grouped } from "./grouped.ts";
import { type Option, withMissingOptions } from "./missingOptions.ts";
import styles from "./Value.module.css";

interface Props {
  "aria-label": string;
  /** Whether a message about it is shown below. */
  error: boolean;
  value: string[];
  options: Option[];
  onChange: (value: string[]) => void;
}

/** Any number of options. */
export function MultiSelectInput({ value, options, onChange, ...rest }: Props) {
  return (
    <MultiSelect
      {...rest}
      className={styles.list ?? ""}
      data={grouped(withMissingOptions(options, value))}
      value={value}
      onChange={onChange}
      placeholder={value.length === 0 ? "Choose…" : ""}
      searchable={options.length > 8}
      hidePickedOptions={false}
      withCheckIcon
      nothingFoundMessage="Nothing found"
      comboboxProps={{ withinPortal: false }}
      withScrollArea={false}
      classNames={{ options: styles.options ?? "", groupLabel: styles.groupLabel ?? "" }}
    />
  );
}
