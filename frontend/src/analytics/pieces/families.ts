// The segments of a type, or chosen ones.
import type { Family } from "../../api/client.ts";
import { listOf } from "../../shared/lists.ts";

export const FAMILIES = { lifecycle: "Lifecycle", plan: "Plan", segments: "Chosen segments" };

/** As the form and the address have them. */
export type FamilyDraft = Record<"family" | "segments", string>;

/** Nothing while there are too few segments. */
export function chosenOf(
  { family, segments }: FamilyDraft,
  least: number,
): { family: Family } | { segments: string[] } | undefined {
  if (family !== "segments") return { family: family === "plan" ? "plan" : "lifecycle" };
  const ids = listOf(segments);
  return ids.length < least ? undefined : { segments: ids };
}
