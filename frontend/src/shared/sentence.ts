// Definitions in words. The server writes only parentheses, and nested ones are hard to read.
import { capitalize } from "./format.ts";

/** A definition as a sentence, with a final period. */
export function sentenceOf(words: string): string {
  return `${capitalize(readable(words))}.`;
}

/** Rewrites a group that contains another, with `either` or in square brackets. */
export function readable(words: string): string {
  const signs = words.split("");
  for (const { start, end, joint, isNested } of groupsIn(words) ?? []) {
    if (!isNested) continue;
    const isLast = end === words.length - 1 || words[end + 1] === ")";
    const isEither = joint === "or" && isLast && !words.slice(0, start).endsWith("not ");
    [signs[start], signs[end]] = isEither ? ["either ", ""] : ["[", "]"];
  }
  return signs.join("");
}

interface Group {
  /** Where its brackets are. */
  start: number;
  end: number;
  /** What joins its parts. */
  joint: string | undefined;
  /** Whether there are brackets in it. */
  isNested: boolean;
}

const SIGNS = /[()“”]| (and|or) /g;

/** What is in brackets. Nothing if it is not clear what belongs together, as where a text that somebody typed has quotation marks. */
function groupsIn(words: string): Group[] | undefined {
  const found: Group[] = [];
  const open: Group[] = [];
  let quotes = 0;
  for (const { 0: sign, 1: joint, index } of words.matchAll(SIGNS)) {
    const around = open.at(-1);
    if (sign === "“") quotes += 1;
    else if (sign === "”") quotes -= 1;
    else if (quotes > 0) continue;
    else if (sign === "(") {
      if (around !== undefined) around.isNested = true;
      open.push({ start: index, end: index, joint: undefined, isNested: false });
    } else if (sign === ")") {
      const closed = open.pop();
      if (closed === undefined) return undefined;
      found.push({ ...closed, end: index });
    } else if (around !== undefined) around.joint ??= joint;
    if (quotes < 0) return undefined;
  }
  return open.length === 0 && quotes === 0 ? found : undefined;
}
