import "@mantine/core/styles/Pill.css";
import "@mantine/core/styles/PillsInput.css";
import "@mantine/core/styles/ScrollArea.css";
import { MultiSelect } from "@mantine/core";
import styles from "./Value.module.css";

interface Props {
  "aria-label": string;
  /** Whether a fault of it is said below. */
  error: boolean;
  value: string[];
  options: { value: string; label: string }[];
  onChange: (value: string[]) => void;
}

/** Several of a few. What is chosen but gone stays visible, so that it can be taken out. */
export function ListInput({ value, options, onChange, ...rest }: Props) {
  const gone = value.filter((chosen) => options.every((option) => option.value !== chosen));
  return (
    <MultiSelect
      {...rest}
      className={styles.list ?? ""}
      data={[...options, ...gone.map((chosen) => ({ value: chosen, label: `${chosen} (not there any more)` }))]}
      value={value}
      onChange={onChange}
      placeholder={value.length === 0 ? "Choose …" : ""}
      searchable={options.length > 8}
      hidePickedOptions={false}
      withCheckIcon
      nothingFoundMessage="Nothing found"
      comboboxProps={{ withinPortal: true }}
    />
  );
}
