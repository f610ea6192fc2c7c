import { NativeSelect } from "@mantine/core";

interface Props {
  label: string;
  /** The name of each value. */
  options: Record<string, string>;
  value: string;
  fault?: string | undefined;
  onChange: (value: string) => void;
}

/** One of a few. */
export function ChoiceField({ label, options, value, fault, onChange }: Props) {
  return (
    <NativeSelect
      label={label}
      data={Object.entries(options).map(([value, label]) => ({ value, label }))}
      value={value}
      error={fault}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
