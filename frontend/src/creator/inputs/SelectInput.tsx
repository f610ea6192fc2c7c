import { NativeSelect } from "@mantine/core";
import { periodDays } from "../../shared/dateTime.ts";
import { formatDay } from "../../shared/format.ts";
import { withMissingOptions } from "../../shared/options/missingOptions.ts";
import type { InputProps } from "./inputProps.ts";
import styles from "./Value.module.css";

interface Props extends InputProps {
  options: string[];
  /** Whether the options are calendar periods, which are shown as the days that they are. */
  isPeriod: boolean;
  zone: string;
  /** What it says where nothing is chosen. */
  none?: string;
  /** Words for options whose names say too little. */
  words?: Record<string, string>;
}

/** One of several options. */
export function SelectInput({
  options,
  isPeriod,
  zone,
  none = "Choose…",
  words = {},
  value,
  onChange,
  ...rest
}: Props) {
  const days = isPeriod ? periodDays(value, zone, new Date()) : undefined;
  return (
    <div className={styles.value}>
      <NativeSelect
        {...rest}
        className={styles.option ?? ""}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[
          { value: "", label: none },
          ...withMissingOptions(
            options.map((name) => ({
              value: name,
              label: words[name] ?? (isPeriod ? name.replaceAll("_", " ") : name),
            })),
            [value],
          ),
        ]}
      />
      {days !== undefined && (
        <span className={styles.hint}>
          {days[0] === days[1] ? formatDay(days[0]) : `${formatDay(days[0])} to ${formatDay(days[1])}`} in {zone}
        </span>
      )}
    </div>
  );
}
