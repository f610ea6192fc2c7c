import { Input } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type InputHTMLAttributes, type KeyboardEvent, useRef } from "react";
import { announce } from "../Announcer.tsx";
import styles from "./Chips.module.css";

interface Props extends Omit<InputHTMLAttributes<HTMLInputElement>, "value"> {
  "aria-label": string;
  /** Whether a message about it is shown below. */
  error: boolean;
  /** What is chosen. */
  chips: { value: string; label: string }[];
  /** What is being typed. */
  text: string;
  onRemove: (value: string) => void;
}

/** An input for several values, which stand before it. Backspace removes the last. */
export function Chips({ error, chips, text, onRemove, onKeyDown, ...rest }: Props) {
  const input = useRef<HTMLInputElement>(null);
  function remove({ value, label }: Props["chips"][number]) {
    onRemove(value);
    announce(`${label} removed`);
    input.current?.focus();
  }
  function press(event: KeyboardEvent<HTMLInputElement>) {
    const last = chips.at(-1);
    // Held down to clear the text, the key stops there.
    if (event.key === "Backspace" && text === "" && last !== undefined && !event.repeat) remove(last);
    else onKeyDown?.(event);
  }
  return (
    <Input
      component="div"
      multiline
      withAria={false}
      error={error}
      classNames={{ input: styles.box ?? "" }}
      onClick={() => input.current?.focus()}
    >
      {chips.length > 0 && (
        <ul className={styles.chips} aria-label="Chosen">
          {chips.map((chip) => (
            <li key={chip.value}>
              <span className="isolated">{chip.label}</span>
              <button type="button" aria-label={`Remove ${chip.label}`} onClick={() => remove(chip)}>
                <IconX size={14} aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
      <input {...rest} ref={input} className={styles.input} aria-invalid={error} value={text} onKeyDown={press} />
    </Input>
  );
}
