// Segments in sentences.
import type { Segment } from "../../api/client.ts";
import { quotedName } from "../../segments/health.ts";

export type Named = Pick<Segment, "id" | "name">[];

const BECAME: Record<string, string> = {
  "lifecycle:active": "active",
  "lifecycle:inactive": "inactive",
  "lifecycle:churned": "churned",
};

/** What people did who are in a segment now: `became inactive`, `joined “Pro Users”`. */
export function joinedText(segment: string, named: Named): string {
  const state = BECAME[segment];
  return state === undefined ? `joined ${quotedName(segment, named)}` : `became ${state}`;
}

/** What so many people do who will be in a segment: `become inactive`, `join “Pro Users”`. */
export function joiningText(segment: string, named: Named, people: number): string {
  const state = BECAME[segment];
  const ending = people === 1 ? "s" : "";
  return state === undefined ? `join${ending} ${quotedName(segment, named)}` : `become${ending} ${state}`;
}

/** What so many people do who will be out of a segment: `leave “Pro Users”`. */
export function leavingText(segment: string, named: Named, people: number): string {
  return `${people === 1 ? "leaves" : "leave"} ${quotedName(segment, named)}`;
}

/** A name on its own, or the id if it is not known. */
export function nameOf(id: string, named: Named): string {
  return named.find((segment) => segment.id === id)?.name ?? id;
}
