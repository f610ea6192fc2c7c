import type { Day } from "../api/client.ts";
import { ExportTable } from "../shared/ExportTable.tsx";
import type { SegmentKey } from "./queries.ts";
import type { SavedVersion } from "./savedVersions.ts";

interface Props {
  segmentKey: SegmentKey;
  days: Day[];
  saved: SavedVersion[];
}

/** The table beside the chart, in its order. */
export function ExportHistory({ segmentKey: { segmentType, segmentValue }, days, saved }: Props) {
  const last = days.at(-1)?.date;
  return (
    <ExportTable
      what="members by day"
      filename={`${segmentType}-${segmentValue}-members-by-day-${last}.csv`}
      header={["Day", "Complete", "Size", "Joined", "Left", "Definition"]}
      rows={days.toReversed().map(({ date, size, entered, left }) => {
        const versions = saved.filter((version) => version.date === date).map(({ text }) => text);
        return [date, date !== last, size, entered, left, versions.join(", ")];
      })}
    />
  );
}
