import { TextInput } from "@mantine/core";
import type { InputProps } from "./inputProps.ts";
import styles from "./Value.module.css";

interface Props extends InputProps {
  /** The code; empty until one is chosen. */
  currency: string;
  placeholder?: string;
}

/** Money in major units, kept as it is typed. */
export function AmountInput({ currency, placeholder = "0.00", onChange, ...rest }: Props) {
  return (
    <TextInput
      {...rest}
      className={styles.number ?? ""}
      inputMode="decimal"
      autoComplete="off"
      placeholder={placeholder}
      rightSection={currency === "" ? null : <span className="quiet">{currency}</span>}
      rightSectionWidth={44}
      maxLength={20}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
