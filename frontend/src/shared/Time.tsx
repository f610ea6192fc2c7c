import { ago, date, dateAndTime, utc } from "./formats.ts";

interface Props {
  at: string;
  as?: "full" | "date" | "ago";
}

/** An instant in the zone of the reader; in UTC when one points at it. */
export function Time({ at, as = "full" }: Props) {
  const shown = { full: dateAndTime, date, ago: (instant: string) => ago(instant) }[as](at);
  return (
    <time dateTime={at} title={as === "full" ? utc(at) : `${dateAndTime(at)} — ${utc(at)}`}>
      {shown}
    </time>
  );
}
