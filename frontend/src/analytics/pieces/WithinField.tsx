import { NativeSelect } from "@mantine/core";
import { faultAt } from "./faults.ts";
import { spanOptions } from "./spans.ts";

interface Props {
  label?: string;
  value: string;
  error: Error | null;
  onChange: (within: string) => void;
}

/** The param `within`. */
export function WithinField({ label = "Within", value, error, onChange }: Props) {
  return (
    <NativeSelect
      label={label}
      data={spanOptions(value)}
      value={value}
      error={faultAt(error, "within")}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
