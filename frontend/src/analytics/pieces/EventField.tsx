import { TextInput } from "@mantine/core";
import { useId } from "react";

interface Props {
  /** Names that are in use. */
  known: string[];
  value: string;
  fault: string | undefined;
  onChange: (value: string) => void;
}

export function EventField({ known, value, fault, onChange }: Props) {
  const list = useId();
  return (
    <div>
      <TextInput
        label="Event name"
        list={list}
        maxLength={64}
        autoComplete="off"
        autoCapitalize="none"
        value={value}
        error={fault}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <datalist id={list}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}
