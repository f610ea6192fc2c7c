import { TextInput } from "@mantine/core";
import type { InputProps } from "./inputProps.ts";
import styles from "./Value.module.css";

interface Props extends InputProps {
  min: number | null;
  max: number | null;
  percent: boolean;
}

/** An integer, kept as text so that typed digits are never rounded or lost. */
export function NumberInput({ min, max, percent, value, onChange, ...rest }: Props) {
  const range = min !== null && max !== null ? `${min} to ${max}` : "Number";
  return (
    <TextInput
      {...rest}
      className={styles.number ?? ""}
      inputMode="numeric"
      autoComplete="off"
      placeholder={range}
      rightSection={percent ? <span className="quiet">%</span> : null}
      maxLength={15}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.replace(/[^\d-]/g, ""))}
    />
  );
}
