import { detailRoute, type Period } from "../app/routes.ts";
import { Choice } from "../shared/Choice.tsx";

const PERIODS: Period[] = [7, 30, 90];

/** The days that all figures of the page cover. */
export function PeriodChoice({ days, label }: { days: Period; label: string }) {
  const navigate = detailRoute.useNavigate();
  function choose(value: string) {
    const chosen = PERIODS.find((period) => String(period) === value);
    void navigate({
      search: (before) => ({ ...before, days: chosen === 30 ? undefined : chosen }),
      replace: true,
      resetScroll: false,
    });
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
