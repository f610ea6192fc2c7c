import { NativeSelect, TextInput } from "@mantine/core";
import { parseDuration, subtractDuration } from "../../shared/dateTime.ts";
import { formatDateTime } from "../../shared/format.ts";
import type { InputProps } from "./inputProps.ts";
import styles from "./Value.module.css";

const UNITS = [
  { value: "m", label: "minutes" },
  { value: "h", label: "hours" },
  { value: "d", label: "days" },
];

interface Props extends InputProps {
  /** What the instant at which the span begins is for the condition, such as `since`. */
  hint?: (instant: string) => string;
}

/** A span up to now, with the instant at which it begins now. */
export function DurationInput({ value, hint = (instant) => `since ${instant}`, onChange, ...rest }: Props) {
  const { count, unit } = parseDuration(value);
  const since = subtractDuration(value, new Date());
  const change = (next: string, of: string) => onChange(next === "" ? "" : `${next}${of}`);
  return (
    <div className={styles.value}>
      <div className={styles.row}>
        <TextInput
          {...rest}
          className={styles.number ?? ""}
          inputMode="numeric"
          autoComplete="off"
          placeholder="How many"
          maxLength={20}
          value={count}
          onChange={(event) => change(event.currentTarget.value, unit)}
        />
        <NativeSelect
          className={styles.unit ?? ""}
          aria-label={`Unit: ${rest["aria-label"]}`}
          data={UNITS}
          value={unit}
          onChange={(event) => change(count === "" ? "1" : count, event.currentTarget.value)}
        />
      </div>
      {since !== undefined && <span className={styles.hint}>currently {hint(formatDateTime(since))}</span>}
    </div>
  );
}
