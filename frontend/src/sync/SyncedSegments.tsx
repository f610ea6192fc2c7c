import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { GetSyncStatusResult, SyncOfSegment } from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { formatNumber } from "../shared/format.ts";
import panel from "../shared/Panel.module.css";
import { StateLabel } from "../shared/StateLabel.tsx";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { heldCount, type Syncing, syncMark } from "./mark.ts";

interface Props {
  status: GetSyncStatusResult;
  isActive: boolean;
}

/** Each synced segment with its figures. */
export function SyncedSegments({ status: { segments, paused }, isActive }: Props) {
  return (
    <section className={panel.panel} aria-labelledby="synced">
      <h2 className={panel.title} id="synced">
        Synced segments
      </h2>
      {segments.length === 0 ? (
        <p className={panel.words}>
          None yet. Open a <Link to="/">segment</Link> and turn on sync for it.
        </p>
      ) : (
        <SegmentsTable segments={segments} syncing={{ isActive, isPaused: paused }} />
      )}
    </section>
  );
}

const NUMBERS = ["Members", "Delivered", "Pending", "Held"];

/** Roles are given by hand: browsers forget them where rows become cards. */
function SegmentsTable({ segments, syncing }: { segments: SyncOfSegment[]; syncing: Syncing }) {
  return (
    <table className={table.table} role="table" aria-labelledby="synced">
      <TableHead columns={["Segment", "State", ...NUMBERS, "Last sync"]} numbers={NUMBERS} />
      <tbody>
        {segments.map((segment) => (
          <Row key={`${segment.segmentType}:${segment.segmentValue}`} segment={segment} syncing={syncing} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ segment, syncing }: { segment: SyncOfSegment; syncing: Syncing }) {
  const { segmentType: type, segmentValue: value, sync } = segment;
  const names = useQuery(segmentsQuery).data?.segments;
  const name = names?.find(({ id }) => id === `${type}:${value}`)?.name;
  const mark = syncMark(sync, syncing);
  const numbers = [sync.members, sync.delivered, sync.pending.joins + sync.pending.leaves, heldCount(sync.held)];
  return (
    <tr role="row">
      <td role="cell" className="isolated">
        {names !== undefined && name === undefined ? (
          `${type}:${value}`
        ) : (
          <Link to="/segments/$type/$value/$tab" params={{ type, value, tab: "sync" }}>
            {name ?? `${type}:${value}`}
          </Link>
        )}
      </td>
      <td role="cell">
        <StateLabel state={mark.state}>{mark.text}</StateLabel>
      </td>
      {numbers.map((number, place) => (
        <td key={NUMBERS[place]} role="cell" data-label={NUMBERS[place]} data-number>
          {formatNumber(number)}
        </td>
      ))}
      <td role="cell" data-label="Last sync">
        {sync.syncedAt === null ? <span className="quiet">never</span> : <Time at={sync.syncedAt} as="ago" />}
      </td>
    </tr>
  );
}
