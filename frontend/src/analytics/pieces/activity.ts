// What shows that a person was active: as it stands in the address and as a param.
import type { ActivityKind } from "../../api/client.ts";
import { listOf, textOf } from "../../shared/lists.ts";

const KINDS: readonly ActivityKind[] = ["quizzes", "events", "seen"];

export const ALL_ACTIVITY = textOf([...KINDS]);

/** Each choice as it stands in the address, with its name. */
export const ACTIVITY: Record<string, string> = {
  [ALL_ACTIVITY]: "All activity",
  "quizzes,events": "Quizzes or events",
  quizzes: "Completed quizzes",
  events: "Events",
  seen: "Being seen by your app",
};

/** All kinds, if it names none. */
export function kindsOf(activity: string): ActivityKind[] {
  const named = listOf(activity);
  const kinds = KINDS.filter((kind) => named.includes(kind));
  return kinds.length === 0 ? [...KINDS] : kinds;
}
