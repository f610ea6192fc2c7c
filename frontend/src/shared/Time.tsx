import { formatAgo, formatDate, formatDateTime, formatUtc } from "./format.ts";
import { useMinute } from "./minute.ts";
import { useIsUtc } from "./zone.ts";

interface Props {
  at: string;
  as?: "full" | "date" | "ago";
}

/** An instant in the zone of the reader; in UTC when one points at it, or has chosen so. */
export function Time({ at, as = "full" }: Props) {
  const isUtc = useIsUtc();
  const title = as === "full" ? formatUtc(at) : `${formatDateTime(at)} — ${formatUtc(at)}`;
  return (
    <time dateTime={at} title={title}>
      {isUtc ? formatUtc(at) : as === "ago" ? <Ago at={at} /> : as === "date" ? formatDate(at) : formatDateTime(at)}
    </time>
  );
}

/** Goes with the time. */
function Ago({ at }: { at: string }) {
  return formatAgo(at, new Date(useMinute()));
}
