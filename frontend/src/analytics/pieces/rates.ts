// Rates and differences in words. A rate is never without its part and whole.
import type { Difference, Rate, Ratio } from "../../api/client.ts";
import { formatNumber, formatPoints, formatShare } from "../../shared/format.ts";

/** Below this many the percentage says little: the numbers lead. */
const FEW = 30;

export const isOfFew = ({ of }: Pick<Ratio, "of">) => of < FEW;

/** `1 of 2`. */
export function partText({ part, of }: Pick<Ratio, "part" | "of">): string {
  return `${formatNumber(part)} of ${formatNumber(of)}`;
}

/** `50%`. A dash if there is no whole. */
export function percentText({ part, of }: Pick<Ratio, "part" | "of">): string {
  return of === 0 ? "—" : formatShare(part, of);
}

/** `9–91%`. Nothing without a whole. */
export function intervalText({ low, high }: Pick<Rate, "low" | "high">): string | undefined {
  if (low === null || high === null) return undefined;
  // Narrow ones have a digit after the point.
  const digits = high - low < 10 ? 10 : 1;
  const rounded = (value: number) => formatNumber(Math.round(value * digits) / digits);
  return `${rounded(low)}–${rounded(high)}%`;
}

/** `+7.5 points (+0.3 to +14.7)`. */
export function differenceText({ points, low, high }: Difference): string {
  const [least, most] = [low, high].map((value) => formatPoints(value).split(" ")[0]);
  return `${formatPoints(points)} (${least} to ${most})`;
}

export const clearText = ({ isClear }: Difference) => (isClear ? "Clear difference" : "No clear difference");
