interface Option {
  value: string;
  label: string;
}

/** What can be chosen. What was chosen but is gone stays visible, so that nothing else seems to be chosen. */
export function withGone(options: Option[], chosen: string[]): Option[] {
  const gone = chosen.filter((value) => value !== "" && options.every((option) => option.value !== value));
  return [...options, ...gone.map((value) => ({ value, label: `${value} (not there any more)` }))];
}
