// Lengths of time, such as `7d`.
import { pluralize } from "../../shared/format.ts";

const SPANS = ["1d", "3d", "7d", "14d", "30d", "60d", "90d"];

/** `7d` as `7 days`. Anything else as it is written. */
export function spanText(span: string): string {
  const [, count, unit = ""] = /^(\d{1,6})([mhdw])$/.exec(span) ?? [];
  const words: Record<string, string> = { m: "minute", h: "hour", d: "day", w: "week" };
  const word = words[unit];
  return count === undefined || word === undefined ? span : pluralize(Number(count), word);
}

/** Spans to choose from, with one that stands in the address. */
export function spanOptions(chosen: string) {
  const spans = SPANS.includes(chosen) ? SPANS : [...SPANS, chosen];
  return spans.map((value) => ({ value, label: spanText(value) }));
}
