import type { ComboboxItem, ComboboxItemGroup } from "@mantine/core";
import { inGroups } from "./findOptions.ts";
import type { Option } from "./missingOptions.ts";

/** Options with a group stand below its name. */
export function grouped(options: Option[]): (ComboboxItem | ComboboxItemGroup<ComboboxItem, string>)[] {
  return inGroups(options).flatMap<ComboboxItem | ComboboxItemGroup<ComboboxItem, string>>(([group, members]) => {
    // An item with a group of its own would be taken for a group.
    const items = members.map(({ value, label }) => ({ value, label }));
    return group === "" ? items : [{ group, items }];
  });
}
