// Round numbers for an axis, from at most the least value to at least the greatest.

const TICK_COUNT = 4;

export function axisTicks(values: number[]): number[] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  // A constant value gets a small span around it. Ticks are whole numbers, since they count people.
  const span = Math.max(greatest - least, 2);
  const step = roundStep(span / TICK_COUNT);
  const start = Math.max(0, Math.floor((least - (greatest === least ? step : 0)) / step) * step);
  const steps = Math.max(1, Math.ceil((greatest - start) / step));
  return Array.from({ length: steps + 1 }, (_, place) => start + place * step);
}

/** 1, 2 or 5 times a power of ten. */
function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10;
  return Math.max(1, step * power);
}
