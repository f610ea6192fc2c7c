import { Link } from "@tanstack/react-router";
import type { Run } from "../api/client.ts";
import { runStateText } from "../segments/runHealth.ts";
import { formatDuration, formatNumber } from "../shared/format.ts";
import { isActive } from "../shared/isActive.ts";
import runState from "../shared/RunState.module.css";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { MODES, TRIGGERS } from "./words.ts";

const COLUMNS = ["Run", "Started", "State", "Started by", "Evaluated", "Joined", "Left", "Duration"];
const NUMBERS = ["Evaluated", "Joined", "Left", "Duration"];

/** Roles are given by hand: browsers forget them where rows become cards. */
export function RunsTable({ runs }: { runs: Run[] }) {
  return (
    <table className={table.table} role="table" aria-label="Runs">
      <TableHead columns={COLUMNS} numbers={NUMBERS} />
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId} role="row">
            <td role="cell">
              <Link to="/runs/$runId" params={{ runId: run.runId }} className={table.link}>
                Run {run.runId}
              </Link>
            </td>
            <td role="cell" data-label="Started">
              <Time at={run.startedAt} />
            </td>
            <td role="cell" data-label="State">
              <span className={runState.state} data-state={run.state} data-issues={run.issueCount > 0}>
                {runStateText(run)}
              </span>
            </td>
            <td role="cell" data-label="Started by">
              {TRIGGERS[run.trigger]}
            </td>
            <td role="cell" data-label="Evaluated" data-number title={MODES[run.mode]}>
              {formatNumber(run.totalUsersProcessed)}
              {isActive(run) && ` of ${formatNumber(run.totalUsers)}`}
            </td>
            <td role="cell" data-label="Joined" data-number>
              {formatNumber(run.segmentsCreated)}
            </td>
            <td role="cell" data-label="Left" data-number>
              {formatNumber(run.segmentsRemoved)}
            </td>
            <td role="cell" data-label="Duration" data-number>
              {formatDuration(run.durationMs)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
