export interface Option {
  value: string;
  label: string;
  /** The name of the group that it is listed in. */
  group?: string;
  /** What it means, in a line. */
  help?: string | undefined;
}

/** Keeps a chosen option that no longer exists in the list. Without it, a select would show another option as chosen. */
export function withMissingOptions(options: Option[], chosen: string[]): Option[] {
  const missing = chosen.filter((value) => value !== "" && options.every((option) => option.value !== value));
  return [...options, ...missing.map((value) => ({ value, label: `${value} (no longer available)` }))];
}
