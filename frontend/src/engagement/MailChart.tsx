import type { GetEngagementResult, MailDay } from "../api/client.ts";
import { axisTicks } from "../shared/axisTicks.ts";
import { DayChart, type Line } from "../shared/DayChart.tsx";
import { formatNumber, pluralize } from "../shared/format.ts";
import { mailText } from "./words.ts";

/** What became of the mails of each day. Today is not over. */
export function MailChart({ result: { days, totals } }: { result: GetEngagementResult }) {
  const lines: Line[] = [
    { name: "Delivered", look: "solid", values: days.map(({ delivered }) => delivered) },
    { name: "Opened", look: "dashed", values: days.map(({ opened }) => opened) },
    { name: "Clicked", look: "dotted", values: days.map(({ clicked }) => clicked) },
  ];
  return (
    <DayChart
      dates={days.map(({ date }) => date)}
      lines={lines}
      ticks={axisTicks([0, ...lines.flatMap(({ values }) => values)])}
      label={`Mail by day, in ${pluralize(days.length, "day")}: ${mailText(totals)}`}
      tipOf={(place) => <Tip day={days[place]} isToday={place === days.length - 1} />}
      hatched
    />
  );
}

function Tip({ day, isToday }: { day: MailDay | undefined; isToday: boolean }) {
  if (day === undefined) return null;
  return (
    <>
      {formatNumber(day.messages)} sent{isToday && " so far"}
      <br />
      {formatNumber(day.delivered)} delivered
      <br />
      {formatNumber(day.opened)} opened
      <br />
      {formatNumber(day.clicked)} clicked
    </>
  );
}
