import { NativeSelect } from "@mantine/core";

interface Props<Reason extends string> {
  label: string;
  /** The reasons in words. */
  reasons: Record<Reason, string>;
  /** Nothing for all reasons. */
  value: Reason | undefined;
  onChoose: (reason: Reason | undefined) => void;
}

/** Filters a list of people by the reason for which they get no mail. */
export function ReasonSelect<Reason extends string>({ label, reasons, value, onChoose }: Props<Reason>) {
  const named = Object.entries<string>(reasons).map(([value, label]) => ({ value, label }));
  return (
    <NativeSelect
      aria-label={label}
      data={[{ value: "", label: "All reasons" }, ...named]}
      value={value ?? ""}
      onChange={(event) => onChoose((event.currentTarget.value || undefined) as Reason | undefined)}
    />
  );
}
