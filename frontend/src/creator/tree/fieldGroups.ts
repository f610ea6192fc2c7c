// Fields in groups, as people look for them.
import type { FieldOfCatalogue } from "../../api/client.ts";
import { normalize } from "../../shared/normalize.ts";
import type { Option } from "../inputs/missingOptions.ts";

/** Where fields of a newer server are. */
const OTHER = "Other";

const GROUPS: [name: string, fields: RegExp][] = [
  ["Attributes", /^attr\./],
  ["Quizzes", /quiz|Share$/i],
  ["Purchases", /purchase|spent/i],
  ["Activity", /^(currentStreak|totalPoints|lastActivityAt|events)$/],
  ["Segments", /^segment$/],
  ["Profile", /^(plan|level|createdAt|email|firstName|lastName|randomBucket)$/],
];

const groupOf = (field: string) => GROUPS.find(([, fields]) => fields.test(field))?.[0] ?? OTHER;

/** All fields with the names of their groups, in the order of the catalogue. */
export function fieldOptions(fields: Iterable<FieldOfCatalogue>): Option[] {
  return [...fields].map(({ name, label }) => ({ value: name, label, group: groupOf(name) }));
}

/** Those whose labels or groups have all words, in any order. First come labels that are the text, then those that begin with it. */
export function findFields(options: Option[], text: string): Option[] {
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
