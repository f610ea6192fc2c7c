// Forecasts in words.
import type { BacktestSegment, ForecastAnswer, ForecastChange, ForecastDay } from "../../api/client.ts";
import { formatNumber, formatRate, pluralize } from "../../shared/format.ts";
import { joiningText, leavingText, type Named } from "../pieces/names.ts";

/** `214 people become inactive`. */
export function changeText(change: ForecastChange, people: number, segment: string, named: Named): string {
  const text = change === "enter" ? joiningText : leavingText;
  if (people === 0) return `no one ${text(segment, named, 1)}`;
  return `${pluralize(people, "person", "people")} ${text(segment, named, people)}`;
}

/** `If nobody does anything, 214 people become inactive within 7 days.` */
export function certainText(change: ForecastChange, people: number, days: number, segment: string, named: Named) {
  return `If nobody does anything, ${changeText(change, people, segment, named)} within ${pluralize(days, "day")}.`;
}

/** Nothing of a day that has no such people. */
export const peopleOf = (day: ForecastDay | undefined, change: ForecastChange) =>
  (change === "enter" ? day?.enter : day?.leave) ?? 0;

/** Why no forecast is shown, with the numbers. Nothing if one is. */
export function noForecastText({ status, backtest = [], wape }: ForecastAnswer): string | undefined {
  if (status === "notEnoughHistory") {
    return `Not enough history: a forecast needs at least 4 earlier ones to be checked by, and there ${backtest.length === 1 ? "is" : "are"} ${formatNumber(backtest.length)}.`;
  }
  if (status !== "noBetterThanToday") return undefined;
  return `No better than today: sizes that stay the same are about as good a forecast.${missedText(wape)}`;
}

/** How much the forecasts missed, and sizes that stay the same. */
export function missedText(wape: ForecastAnswer["wape"]): string {
  if (wape?.method == null || wape.same === null) return "";
  return ` Earlier forecasts put ${percent(wape.method)} of members in the wrong place; sizes that stay the same, ${percent(wape.same)}.`;
}

/** `8 of 8 earlier forecasts were within 3.2% of what came.` */
export function bandText({ band }: ForecastAnswer): string | undefined {
  if (band == null) return undefined;
  return `${formatNumber(band.within)} of ${formatNumber(band.of)} earlier forecasts were within ${percent(band.percent)}.`;
}

const percent = (value: number) => formatRate(value).replace("+", "");

/** By how much a forecast was off: `+2 (+2.9%)`. */
export function offText({ forecast, actual }: Pick<BacktestSegment, "forecast" | "actual">): string {
  const off = forecast - actual;
  const signed = `${off > 0 ? "+" : ""}${formatNumber(off)}`;
  return actual === 0 ? signed : `${signed} (${formatRate((off / actual) * 100)})`;
}

/** A forecast of the segment, and what came of it, if that is known yet. */
export interface Check {
  /** When it was for. */
  at: string;
  forecast: number;
  actual: number | undefined;
}

const DAY = 86_400_000;

/** Earlier forecasts of the segment, the oldest first, and the one that is shown now. */
export function checksOf({ segment, backtest = [], sizes = [], asOf, status }: ForecastAnswer, days: number): Check[] {
  const later = (origin: string) => new Date(Date.parse(origin) + days * DAY).toISOString();
  const earlier = backtest.flatMap(({ origin, segments }) => {
    const found = segments.find(({ id }) => id === segment);
    return found === undefined ? [] : [{ at: later(origin), forecast: found.forecast, actual: found.actual }];
  });
  const expected = sizes.find(({ id }) => id === segment);
  const now = expected === undefined || status !== "shown" ? [] : [expected.size];
  return [...earlier.reverse(), ...now.map((forecast) => ({ at: later(asOf), forecast, actual: undefined }))];
}
