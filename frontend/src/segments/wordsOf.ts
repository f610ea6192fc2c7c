import type { Segment } from "../api/client.ts";
import { capitalize } from "../shared/format.ts";
import { readable } from "../shared/sentence.ts";
import { UNREADABLE_DEFINITION } from "./health.ts";

/** Who is in a segment, in a sentence. Those that are built in were described by hand. */
export function wordsOf({ type, description, criteriaInWords }: Segment): string {
  if (type === "system") return description;
  return criteriaInWords === null ? UNREADABLE_DEFINITION : capitalize(readable(criteriaInWords));
}
