import { Link } from "@tanstack/react-router";
import type { AlertEvent } from "../api/client.ts";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { StateLabel } from "../shared/StateLabel.tsx";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { seenText, TURNS } from "./words.ts";

/** Roles are given by hand: browsers forget them where rows become cards. */
export function AlertEventsTable({ events }: { events: AlertEvent[] }) {
  return (
    <table className={table.table} role="table" aria-label="History">
      <TableHead columns={["When", "Segment", "What", "Seen", "Run"]} />
      <tbody>
        {events.map((event) => (
          <tr key={event.id} role="row">
            <td role="cell">
              <Time at={event.at} />
            </td>
            <td role="cell" data-label="Segment">
              <SegmentLink id={event.segment} />
            </td>
            <td role="cell" data-label="What">
              <StateLabel state={event.state === "firing" ? "attention" : "active"}>{TURNS[event.state]}</StateLabel>
            </td>
            <td role="cell" data-label="Seen">
              {seenText(event)}
            </td>
            <td role="cell" data-label="Run">
              {event.runId === null ? (
                <span className="quiet">—</span>
              ) : (
                <Link to="/runs/$runId" params={{ runId: event.runId }}>
                  Run {event.runId}
                </Link>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
