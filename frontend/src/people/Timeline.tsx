import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { actionText } from "../activity/words.ts";
import type { GetFieldsResult, TimelineEntry, TimelineEvent, TimelineKind } from "../api/client.ts";
import { moneyText } from "../detail/observedText.ts";
import { fieldsQuery } from "../detail/queries.ts";
import { WhyMoved } from "../detail/WhyMoved.tsx";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { idOf } from "../segments/segmentKey.ts";
import { actorName } from "../shared/actorName.ts";
import { Choice } from "../shared/Choice.tsx";
import { EmptyState } from "../shared/EmptyState.tsx";
import { formatNumber } from "../shared/format.ts";
import { PagedList } from "../shared/PagedList.tsx";
import panel from "../shared/Panel.module.css";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { timelineQuery } from "./queries.ts";

type EventOfUser = Extract<TimelineEvent, { kind: "event" }>;

const KINDS = {
  all: [],
  segments: ["movement", "override"],
  activity: ["event", "quiz"],
  mail: ["mail"],
} satisfies Record<string, TimelineKind[]>;
type Kinds = keyof typeof KINDS;

const CHOICES: { value: Kinds; label: string }[] = [
  { value: "all", label: "All" },
  { value: "segments", label: "Segments" },
  { value: "activity", label: "Quizzes and events" },
  { value: "mail", label: "Mail" },
];

/** What happened to somebody, newest first: segments joined and left, decisions by hand, what they did, and mail. */
export function Timeline({ id }: { id: string }) {
  const [kinds, setKinds] = useState<Kinds>("all");
  const found = useInfiniteQuery(timelineQuery(id, KINDS[kinds]));
  return (
    <section className={panel.panel} aria-labelledby="timeline">
      <h2 className={panel.title} id="timeline">
        Timeline
      </h2>
      <Choice isSmall label="What the timeline shows" options={CHOICES} value={kinds} onChange={setKinds} />
      <PagedList
        of="entries"
        found={found}
        rows={found.data?.pages.flatMap(({ entries }) => entries)}
        empty={
          <EmptyState
            icon={IconHistory}
            title={kinds === "all" ? "Nothing has happened yet" : "Nothing of this has happened"}
          />
        }
      >
        {(entries) => <TimelineTable entries={entries} />}
      </PagedList>
    </section>
  );
}

/** Roles are given by hand: browsers forget them where rows become cards. */
function TimelineTable({ entries }: { entries: TimelineEntry[] }) {
  const catalogue = useQuery(fieldsQuery).data;
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
            <td role="cell" data-label="What" className="isolated">
              {whatText(what, catalogue)}
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

function whatText(event: TimelineEvent, catalogue: GetFieldsResult | undefined): string {
  switch (event.kind) {
    case "movement":
      return event.movement === "entered" ? "Joined" : "Left";
    case "override":
      return actionText(event.action);
    case "mail":
      return `Mail: ${event.facts.join(", ")}`;
    case "event":
      return eventText(event, catalogue);
    case "quiz":
      return `Quiz: ${event.certification}${event.score === null ? "" : `, score ${formatNumber(event.score)}`}`;
  }
}

function eventText({ name, amountMinor, currency }: EventOfUser, catalogue: GetFieldsResult | undefined): string {
  if (amountMinor === null || currency === null) return name;
  return `${name}: ${moneyText({ amountMinor, currency }, catalogue)}`;
}

function OfSegment({ event }: { event: TimelineEvent }) {
  if (event.kind !== "movement" && event.kind !== "override") return null;
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
    default:
      return null;
  }
}
