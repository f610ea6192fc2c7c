import { TextInput } from "@mantine/core";
import { fromLocalInput, toLocalInput } from "../../shared/dateTime.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;

interface Props {
  label: string;
  description?: string | undefined;
  /** Beside inputs without a description, so that all are at one height. */
  isHelpBelow?: boolean;
  value: string;
  /** What is asked for while there is nothing. */
  as: "day" | "instant";
  fault: string | undefined;
  onChange: (value: string) => void;
}

/** A day, which stands for its first instant, or an instant in the zone of the reader. */
export function PointField({ label, description, isHelpBelow = false, value, as, fault, onChange }: Props) {
  const isDay = value === "" ? as === "day" : DAY.test(value);
  return (
    <TextInput
      label={label}
      description={description}
      inputWrapperOrder={isHelpBelow ? ["label", "input", "description", "error"] : undefined}
      type={isDay ? "date" : "datetime-local"}
      value={isDay ? value : toLocalInput(value)}
      error={fault}
      onChange={({ currentTarget }) => onChange(isDay ? currentTarget.value : fromLocalInput(currentTarget.value))}
    />
  );
}
