import { formatDateTime, formatFullDay } from "./format.ts";

/** Texts in quotes, as the server escapes them, and dates and instants outside of them. */
const PARTS = /"((?:[^"\\]|\\.)*)"|\b(\d{4}-\d\d-\d\d)(T[\d:.]+(?:Z|[+-]\d\d:\d\d))?/g;

/** A definition in the words of the server, with texts as they were typed and dates as people write them. */
export function plainSentence(sentence: string): string {
  return sentence.replace(PARTS, (_, quoted?: string, day?: string, time?: string) => {
    if (quoted !== undefined) return `“${quoted.replace(/\\(.)/g, "$1")}”`;
    return time === undefined ? formatFullDay(day ?? "") : formatDateTime(`${day}${time}`);
  });
}
