import type { Day } from "../api/client.ts";
import { axisTicks } from "../shared/axisTicks.ts";
import { DayChart } from "../shared/DayChart.tsx";
import { formatDay, formatNumber } from "../shared/format.ts";
import type { SavedVersion } from "./savedVersions.ts";

interface Props {
  days: Day[];
  /** The versions of the definition that were saved on one of the days. */
  saved: SavedVersion[];
}

/** The size of the segment by day, below it who joined and left, and marks where the definition was saved. Today is not over. */
export function HistoryChart({ days, saved }: Props) {
  const sizes = days.map(({ size }) => size);
  return (
    <DayChart
      dates={days.map(({ date }) => date)}
      lines={[{ name: "Size", look: "solid", values: sizes }]}
      ticks={axisTicks(sizes)}
      label={summary(days)}
      bars={{
        up: { name: "Joined", values: days.map(({ entered }) => entered) },
        down: { name: "Left", values: days.map(({ left }) => left) },
      }}
      marks={{
        name: "Definition saved",
        at: saved.map(({ date, text }) => ({ place: days.findIndex((day) => day.date === date), text })),
      }}
      tipOf={(place) => <Tip day={days[place]} isToday={place === days.length - 1} />}
      hatched
    />
  );
}

function Tip({ day, isToday }: { day: Day | undefined; isToday: boolean }) {
  if (day === undefined) return null;
  return (
    <>
      {formatNumber(day.size)} members
      <br />
      {formatNumber(day.entered)} joined, {formatNumber(day.left)} left
      {isToday && " so far"}
    </>
  );
}

function summary(days: Day[]): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return "No data";
  return `Size by day: ${formatNumber(first.size)} on ${formatDay(first.date)}, ${formatNumber(last.size)} on ${formatDay(last.date)}`;
}
