interface Option {
  value: string;
  label: string;
}

/** What can be chosen. What was chosen but is gone stays visible, so that nothing else seems to be chosen. */
export function withMissingOptions(options: Option[], chosen: string[]): Option[] {
  const missing = chosen.filter((value) => value !== "" && options.every((option) => option.value !== value));
  return [...options, ...missing.map((value) => ({ value, label: `${value} (no longer available)` }))];
}
