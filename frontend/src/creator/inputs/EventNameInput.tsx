import { TextInput } from "@mantine/core";
import { useId } from "react";
import type { InputProps } from "./inputProps.ts";
import styles from "./Value.module.css";

interface Props extends InputProps {
  /** Names that are in use. Others may be typed: an event may come later. */
  known: string[];
  placeholder: string;
}

/** The name of events, with suggestions. */
export function EventNameInput({ known, onChange, ...rest }: Props) {
  const list = useId();
  return (
    <>
      <TextInput
        {...rest}
        className={styles.option ?? ""}
        list={list}
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <datalist id={list}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
