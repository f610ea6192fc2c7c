// Definitions in words name other segments by their ids; people know them by their names.
import type { Segment } from "../api/client.ts";

const ID = /\b(?:plan|lifecycle|behavior|certification|custom):[A-Za-z0-9_-]+/g;

/** The sentence with names for ids, and with a capital letter. */
export function inWords(sentence: string, segments: Segment[]): string {
  const named = sentence.replace(ID, (id) => {
    const segment = segments.find((segment) => segment.id === id);
    return segment === undefined ? id : `“${segment.name}”`;
  });
  return named.charAt(0).toUpperCase() + named.slice(1);
}
