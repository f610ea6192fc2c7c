// The answer in words.
import type { ConversionAnswer, TimeToConvert } from "../../api/client.ts";
import { dayIn } from "../../shared/dayIn.ts";
import { formatFullDay, formatNumber, pluralize } from "../../shared/format.ts";
import { reachedParams, reachedText } from "../pieces/goals.ts";
import { joinedText, type Named } from "../pieces/names.ts";
import { intervalText, partText, percentText } from "../pieces/rates.ts";
import { spanText } from "../pieces/spans.ts";
import type { ConversionParams } from "./question.ts";

export interface Sentence {
  numbers: string;
  /** The interval. Nothing if nobody's time is over. */
  share: string | undefined;
  rest: string;
}

/** `1 of 2 who became inactive bought within 7 days (9–91%); 1 is still within the 7 days.` */
export function sentenceOf(answer: ConversionAnswer, named: Named): Sentence {
  const { conversion, pending, pendingConverted, segment, goal, within } = answer;
  const who = joinedText(segment, named);
  const reached = reachedText(goal, named);
  const span = spanText(within);
  const interval = intervalText(conversion);
  const waiting = `${formatNumber(pending)} ${pending === 1 ? "is" : "are"} still within the ${span}`;
  const already = pendingConverted > 0 ? `, and ${formatNumber(pendingConverted)} of them ${reached} already` : "";
  if (interval === undefined) {
    const numbers = pending === 0 ? `No one ${who} in this range` : `No one’s ${span} are over yet`;
    return { numbers, share: undefined, rest: pending === 0 ? "." : `; ${waiting}${already}.` };
  }
  return {
    numbers: `${partText(conversion)} who ${who} ${reached} within ${span}`,
    share: `(${percentText(conversion)}; ${interval})`,
    rest: pending === 0 ? "." : `; ${waiting}${already}.`,
  };
}

/** Who joined when, and what is left out. */
export function entrantsText({ entrants, from, to, zone, notes }: ConversionAnswer): string {
  const isCut = notes.some(({ kind }) => kind === "cutToHorizon");
  const until = isCut ? "so far" : `until before ${formatFullDay(dayIn(to, zone))}`;
  const range = `from ${formatFullDay(dayIn(from, zone))} ${until}`;
  const beside = [
    entrants.firstSeen > 0 && `${formatNumber(entrants.firstSeen)} long known but seen for the first time`,
    entrants.definition > 0 && `${formatNumber(entrants.definition)} by a changed definition`,
  ].filter(Boolean);
  const besides = beside.length === 0 ? "" : ` Not counted: ${beside.join(", ")}.`;
  return `${pluralize(entrants.counted, "person", "people")} joined ${range}, in ${zone}.${besides}`;
}

/** `2 days`, or hours and minutes if it was less. */
export function secondsText(seconds: number): string {
  for (const [word, length] of [
    ["day", 86_400],
    ["hour", 3_600],
  ] as const) {
    if (seconds >= length) return pluralize(Math.round((seconds / length) * 10) / 10, word);
  }
  return pluralize(Math.max(1, Math.round(seconds / 60)), "minute");
}

export function timeText({ lowerSeconds, medianSeconds, upperSeconds }: TimeToConvert): string {
  return `Of those who did, half took at most ${secondsText(medianSeconds)}; a quarter at most ${secondsText(lowerSeconds)}, three quarters at most ${secondsText(upperSeconds)}.`;
}

/** What is being counted, while it is. */
export function countingText(params: ConversionParams, named: Named) {
  const { segment, within } = params;
  return `who ${joinedText(segment, named)} and ${reachedParams(params, named)} within ${spanText(within)}`;
}
