import { Button, TextInput } from "@mantine/core";
import { fromLocalInput, toLocalInput } from "../../shared/dateTime.ts";
import type { InputProps } from "./inputProps.ts";
import styles from "./Value.module.css";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface Props extends InputProps {
  /** The zone in which days begin. */
  zone: string;
}

/** A day, or an instant in the zone of the reader. */
export function DateInput({ zone, value, onChange, ...rest }: Props) {
  const isDay = value === "" || DAY.test(value);
  return (
    <div className={styles.value}>
      <div className={styles.row}>
        <TextInput
          {...rest}
          className={(isDay ? styles.date : styles.instant) ?? ""}
          type={isDay ? "date" : "datetime-local"}
          value={isDay ? value : toLocalInput(value)}
          onChange={(event) => onChange(isDay ? event.currentTarget.value : fromLocalInput(event.currentTarget.value))}
        />
        {value !== "" && (
          <Button
            variant="subtle"
            size="compact-xs"
            onClick={() => onChange(isDay ? fromLocalInput(`${value}T00:00`) : toLocalInput(value).slice(0, 10))}
          >
            {isDay ? "Set a time" : "Whole day"}
          </Button>
        )}
      </div>
      {value !== "" && <span className={styles.hint}>{isDay ? `the whole day in ${zone}` : "in your time zone"}</span>}
    </div>
  );
}
