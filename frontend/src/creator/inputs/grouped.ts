import type { ComboboxItem, ComboboxItemGroup } from "@mantine/core";
import type { Option } from "./missingOptions.ts";

/** Options with a group stand below its name. */
export function grouped(options: Option[]): (ComboboxItem | ComboboxItemGroup<ComboboxItem, string>)[] {
  const names = [...new Set(options.map(({ group = "" }) => group))];
  return names.flatMap<ComboboxItem | ComboboxItemGroup<ComboboxItem, string>>((name) => {
    const items = options
      .filter(({ group = "" }) => group === name)
      // An item with a group of its own would be taken for a group.
      .map(({ value, label }) => ({ value, label }));
    return name === "" ? items : [{ group: name, items }];
  });
}
