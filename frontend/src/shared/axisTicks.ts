// Round numbers for an axis, from at most the least value to at least the greatest.

const TICK_COUNT = 4;

export function axisTicks(values: number[]): number[] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  // A constant value lies in the middle of a small span, so that it does not look like a full one. Ticks are whole numbers, since they count people.
  const span = Math.max(greatest - least, 2);
  const step = roundStep(span / TICK_COUNT);
  const margin = greatest === least && least > 0 ? step : 0;
  const start = Math.max(0, Math.floor((least - margin) / step) * step);
  const steps = Math.max(1, Math.ceil((greatest + margin - start) / step));
  return Array.from({ length: steps + 1 }, (_, place) => start + place * step);
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return Math.max(1, step * power);
}
