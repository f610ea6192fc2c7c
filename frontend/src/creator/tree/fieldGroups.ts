// Fields in groups, as people look for them.
import type { FieldOfCatalogue } from "../../api/client.ts";
import type { Option } from "../../shared/options/missingOptions.ts";
import { helpOf } from "./fieldHelp.ts";

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

/** All fields with the names of their groups and what they mean, in the order of the catalogue. */
export function fieldOptions(fields: Iterable<FieldOfCatalogue>): Option[] {
  return [...fields].map(({ name, label }) => ({ value: name, label, group: groupOf(name), help: helpOf(name) }));
}
