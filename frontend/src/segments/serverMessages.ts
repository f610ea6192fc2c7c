// What the console reads out of sentences of the server. The only place that does: where the API gives codes instead, use
// those and remove it here.
import type { Run, Segment } from "../api/client.ts";
import { capitalize } from "../shared/format.ts";

/** For a definition that has no sentence. */
export const UNREADABLE_DEFINITION = "This definition can no longer be read.";

const ID = /\b(?:plan|lifecycle|behavior|certification|custom):[A-Za-z0-9_-]+/g;
const HELD_BACK = /members would leave: nobody does/;
const MORE = /^and (\d+) more$/;

/** The sentence, beginning with a capital letter. */
export function toSentence(sentence: string, segments: Segment[]): string {
  return capitalize(withSegmentNames(sentence, segments));
}

/** Sentences may name segments by their ids; people know them by their names. */
export function withSegmentNames(sentence: string, segments: Segment[]): string {
  return sentence.replace(ID, (id) => {
    const segment = segments.find((segment) => segment.id === id);
    return segment === undefined ? id : `“${segment.name}”`;
  });
}

/** Whether a run left a segment as it is because most of its members would have left at once. */
export function isHeldBack(failure: string | null): boolean {
  return failure !== null && HELD_BACK.test(failure);
}

/** How many errors a run had. It lists the first thousand and counts the rest in a last line. */
export function countErrors(errors: Run["errors"]): number {
  const more = MORE.exec(errors.at(-1) ?? "")?.[1];
  return more === undefined ? errors.length : errors.length - 1 + Number(more);
}
