import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { actionText } from "../activity/words.ts";
import type { TimelineEntry, TimelineEvent } from "../api/client.ts";
import { WhyMoved } from "../detail/WhyMoved.tsx";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { idOf } from "../segments/segmentKey.ts";
import { actorName } from "../shared/actorName.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { PagedList } from "../shared/PagedList.tsx";
import panel from "../shared/Panel.module.css";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { timelineQuery } from "./queries.ts";

/** What happened to somebody, newest first: segments joined and left, decisions by hand, and mail. */
export function Timeline({ id }: { id: string }) {
  const found = useInfiniteQuery(timelineQuery(id));
  return (
    <section className={panel.panel} aria-labelledby="timeline">
      <h2 className={panel.title} id="timeline">
        Timeline
      </h2>
      <PagedList
        of="entries"
        found={found}
        rows={found.data?.pages.flatMap(({ entries }) => entries)}
        empty={<EmptyState icon={IconHistory} title="Nothing has happened yet" />}
      >
        {(entries) => <TimelineTable entries={entries} />}
      </PagedList>
    </section>
  );
}

/** Roles are given by hand: browsers forget them where rows become cards. */
function TimelineTable({ entries }: { entries: TimelineEntry[] }) {
  return (
    <table className={table.table} role="table" aria-label="Timeline">
      <TableHead columns={["When", "What", "Segment", "Why"]} />
      <tbody>
        {entries.map(({ at, what }, place) => (
          // Entries have no ids, and two can be the same.
          <tr key={place} role="row">
            <td role="cell">
              <Time at={at} />
            </td>
            <td role="cell" data-label="What">
              {whatText(what)}
            </td>
            <td role="cell" data-label="Segment">
              <OfSegment event={what} />
            </td>
            <td role="cell" data-label="Why" className="isolated">
              <Why event={what} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function whatText(event: TimelineEvent): string {
  switch (event.kind) {
    case "movement":
      return event.movement === "entered" ? "Joined" : "Left";
    case "override":
      return actionText(event.action);
    case "mail":
      return `Mail: ${event.facts.join(", ")}`;
  }
}

function OfSegment({ event }: { event: TimelineEvent }) {
  if (event.kind === "mail") return null;
  return event.segment?.name == null ? (
    <span className="quiet">Deleted</span>
  ) : (
    <SegmentLink id={idOf(event.segment)} />
  );
}

function Why({ event }: { event: TimelineEvent }) {
  switch (event.kind) {
    case "movement":
      return <WhyMoved movement={event} />;
    case "override":
      return [actorName(event.actor), event.reason].filter(Boolean).join(": ");
    case "mail":
      return null;
  }
}
