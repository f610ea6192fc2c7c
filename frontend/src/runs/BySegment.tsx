import type { SegmentOfRun } from "../api/client.ts";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { formatNumber } from "../shared/format.ts";
import panel from "../shared/Panel.module.css";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";

const COLUMNS = ["Segment", "Joined", "Left"];
const NUMBERS = ["Joined", "Left"];

/** What a run did in each segment. Roles are given by hand: browsers forget them where rows become cards. */
export function BySegment({ segments }: { segments: SegmentOfRun[] }) {
  return (
    <section className={panel.panel} aria-labelledby="by-segment">
      <h2 className={panel.title} id="by-segment">
        By segment
      </h2>
      <table className={table.table} role="table" aria-labelledby="by-segment">
        <TableHead columns={COLUMNS} numbers={NUMBERS} />
        <tbody>
          {segments.map(({ segment, entered, left }) => (
            <tr key={segment} role="row">
              <td role="cell">
                <SegmentLink id={segment} />
              </td>
              <td role="cell" data-label="Joined" data-number>
                {formatNumber(entered)}
              </td>
              <td role="cell" data-label="Left" data-number>
                {formatNumber(left)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
