import type { Period } from "../app/routes.ts";
import { Choice } from "../shared/Choice.tsx";
import { useDetailSearch } from "./useDetailSearch.ts";

const PERIODS: Period[] = [7, 30, 90];

/** The days that all figures of the page cover. */
export function PeriodChoice({ days, label }: { days: Period; label: string }) {
  const { change } = useDetailSearch();
  function choose(value: string) {
    const chosen = PERIODS.find((period) => String(period) === value);
    change({ days: chosen === 30 ? undefined : chosen });
  }
  return (
    <Choice
      label={label}
      isSmall
      options={PERIODS.map((period) => ({ value: String(period), label: `${period} days` }))}
      value={String(days)}
      onChange={choose}
    />
  );
}
