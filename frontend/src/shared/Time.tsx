import { formatAgo, formatDate, formatDateTime, formatUtc } from "./format.ts";

interface Props {
  at: string;
  as?: "full" | "date" | "ago";
}

/** An instant in the zone of the reader; in UTC when one points at it. */
export function Time({ at, as = "full" }: Props) {
  const shown = { full: formatDateTime, date: formatDate, ago: (instant: string) => formatAgo(instant) }[as](at);
  return (
    <time dateTime={at} title={as === "full" ? formatUtc(at) : `${formatDateTime(at)} — ${formatUtc(at)}`}>
      {shown}
    </time>
  );
}
