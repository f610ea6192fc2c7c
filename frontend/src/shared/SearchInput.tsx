import { CloseButton, TextInput } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";

interface Props {
  /** What the search covers: the name of the input, and its placeholder unless that is given. */
  label: string;
  placeholder?: string;
  value: string;
  maxLength: number;
  className?: string | undefined;
  onChange: (value: string) => void;
}

export function SearchInput({ label, placeholder = label, value, onChange, ...rest }: Props) {
  return (
    <TextInput
      {...rest}
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={17} aria-hidden />}
      rightSection={
        value === "" ? null : <CloseButton size="sm" aria-label="Clear search" onClick={() => onChange("")} />
      }
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
