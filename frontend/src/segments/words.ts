// What the server says in sentences, as people read it.
import type { Segment } from "../api/client.ts";

const ID = /\b(?:plan|lifecycle|behavior|certification|custom):[A-Za-z0-9_-]+/g;
const SHRINKING = /members would leave: nobody does/;

/** The sentence, beginning with a capital letter. */
export function inWords(sentence: string, segments: Segment[]): string {
  const named = withNames(sentence, segments);
  return named.charAt(0).toUpperCase() + named.slice(1);
}

/** Sentences may name segments by their ids; people know them by their names. */
export function withNames(sentence: string, segments: Segment[]): string {
  return sentence.replace(ID, (id) => {
    const segment = segments.find((segment) => segment.id === id);
    return segment === undefined ? id : `“${segment.name}”`;
  });
}

/** Whether a run left a segment as it is because most of its members would have left at once. */
export function isStoppedShrinking(failure: string | null): boolean {
  return failure !== null && SHRINKING.test(failure);
}
