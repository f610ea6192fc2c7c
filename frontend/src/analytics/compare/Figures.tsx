import { useQueries, useQuery } from "@tanstack/react-query";
import type { GetSegmentStatsResult, ListedSegment } from "../../api/client.ts";
import { statsQuery } from "../../detail/queries.ts";
import { isNew } from "../../segments/isNew.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { SegmentLink } from "../../segments/SegmentLink.tsx";
import { keyOf } from "../../segments/segmentKey.ts";
import { formatNumber, formatRate } from "../../shared/format.ts";
import panel from "../../shared/Panel.module.css";
import table from "../../shared/Table.module.css";
import { TableHead } from "../../shared/TableHead.tsx";

const DAYS = 30;
const NUMBERS = ["Members", "Joined", "Left", "Growth"];
/** An empty cell would have no height on a phone. */
const NOT_YET = "…";

/** The figures of each segment, side by side. Roles are given by hand: browsers forget them where rows become cards. */
export function Figures({ ids }: { ids: string[] }) {
  const segments = useQuery(segmentsQuery).data?.segments;
  const keys = ids.map(keyOf).filter((key) => key !== undefined);
  const stats = useQueries({ queries: keys.map((key) => statsQuery(key, DAYS)) });
  return (
    <section className={panel.panel} aria-labelledby="figures">
      <h2 className={panel.title} id="figures">
        Figures of {DAYS} days
      </h2>
      <table className={table.table} role="table" aria-label="Figures">
        <TableHead columns={["Segment", ...NUMBERS]} numbers={NUMBERS} />
        <tbody>
          {keys.map(({ segmentType, segmentValue }, place) => {
            const id = `${segmentType}:${segmentValue}`;
            const { data } = stats[place] ?? {};
            const segment = segments?.find((segment) => segment.id === id);
            return (
              <tr key={id} role="row">
                <td role="cell">
                  <SegmentLink id={id} />
                </td>
                <td role="cell" data-label="Members" data-number>
                  {segment ? formatNumber(segment.userCount) : NOT_YET}
                </td>
                <td role="cell" data-label="Joined" data-number>
                  {data ? formatNumber(data.addedCount) : NOT_YET}
                </td>
                <td role="cell" data-label="Left" data-number>
                  {data ? formatNumber(data.removedCount) : NOT_YET}
                </td>
                <td role="cell" data-label="Growth" data-number>
                  {data && segment ? growthText(data, segment) : NOT_YET}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function growthText(
  { currentCount, addedCount, removedCount, growthRate }: GetSegmentStatsResult,
  segment: ListedSegment,
) {
  return isNew(segment, DAYS, currentCount - addedCount + removedCount) ? "New" : formatRate(growthRate);
}
