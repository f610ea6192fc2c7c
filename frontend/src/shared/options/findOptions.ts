import { normalize } from "../normalize.ts";
import type { Option } from "./missingOptions.ts";

/** Those whose labels or groups have all words, in any order. First come labels that are the text, then those that begin with it. */
export function findOptions(options: Option[], text: string): Option[] {
  const wanted = normalize(text.trim());
  const words = wanted.split(/\s+/).filter(Boolean);
  const found = options.filter(({ label, group = "" }) =>
    words.every((word) => normalize(`${label} ${group}`).includes(word)),
  );
  const distance = ({ label }: Option) => {
    const name = normalize(label);
    return name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2;
  };
  return found.toSorted((one, other) => distance(one) - distance(other));
}

/** In their groups, which come in the order of their first options. */
export function inGroups(options: Option[]): [group: string, options: Option[]][] {
  const names = [...new Set(options.map(({ group = "" }) => group))];
  return names.map((name) => [name, options.filter(({ group = "" }) => group === name)]);
}
