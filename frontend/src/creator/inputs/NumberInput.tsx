import { TextInput } from "@mantine/core";
import type { InputProps } from "./inputProps.ts";
import styles from "./Value.module.css";

interface Props extends InputProps {
  min: number | null;
  max: number | null;
  percent: boolean;
  isDecimal?: boolean;
}

/** An integer or a decimal number, kept as it is typed. */
export function NumberInput({ min, max, percent, isDecimal = false, value, onChange, ...rest }: Props) {
  const range = min !== null && max !== null ? `${min} to ${max}` : "Number";
  return (
    <TextInput
      {...rest}
      className={styles.number ?? ""}
      inputMode={isDecimal ? "decimal" : "numeric"}
      autoComplete="off"
      placeholder={range}
      rightSection={percent ? <span className="quiet">%</span> : null}
      maxLength={20}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
