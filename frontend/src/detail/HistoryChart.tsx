import type { Day } from "../api/client.ts";
import { axisTicks } from "../shared/axisTicks.ts";
import { DayChart } from "../shared/DayChart.tsx";
import { formatDay, formatNumber } from "../shared/format.ts";

/** The size of the segment by day. */
export function HistoryChart({ days }: { days: Day[] }) {
  const sizes = days.map(({ size }) => size);
  return (
    <DayChart
      dates={days.map(({ date }) => date)}
      lines={[{ name: "Size", look: "solid", values: sizes }]}
      ticks={axisTicks(sizes)}
      label={summary(days)}
      tipOf={(place) => <Tip day={days[place]} />}
    />
  );
}

function Tip({ day }: { day: Day | undefined }) {
  if (day === undefined) return null;
  return (
    <>
      {formatNumber(day.size)} members
      <br />
      {formatNumber(day.entered)} joined, {formatNumber(day.left)} left
    </>
  );
}

function summary(days: Day[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "No data";
  return `Size by day: ${formatNumber(first.size)} on ${formatDay(first.date)}, ${formatNumber(last.size)} on ${formatDay(last.date)}`;
}
