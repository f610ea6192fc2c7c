import type { EngagementScope, MailDay } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { ExportTable } from "../shared/ExportTable.tsx";
import { COLUMNS } from "./columns.ts";

interface Props {
  segmentKey: SegmentKey;
  scope: EngagementScope;
  days: MailDay[];
}

/** Which mails count is in the name of the file. */
const NAMES: Record<EngagementScope, string> = { members: "mail", addressed: "broadcasts" };

/** The table beside the chart, in its order. */
export function ExportMail({ segmentKey: { segmentType, segmentValue }, scope, days }: Props) {
  const last = days.at(-1)?.date;
  return (
    <ExportTable
      what="mail by day"
      filename={`${segmentType}-${segmentValue}-${NAMES[scope]}-by-day-${last}.csv`}
      header={["Day", "Complete", ...COLUMNS.map(([label]) => label)]}
      rows={days.toReversed().map((day) => [day.date, day.date !== last, ...COLUMNS.map(([, count]) => day[count])])}
    />
  );
}
