import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { LoggedAction } from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { actorName } from "../shared/actorName.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import styles from "./Activity.module.css";
import { detailText } from "./details.ts";
import { actionText, type Target, targetsOf } from "./words.ts";

/** Roles are given by hand: browsers forget them where rows become cards. */
export function ActivityTable({ entries }: { entries: LoggedAction[] }) {
  const segments = useQuery(segmentsQuery).data?.segments;
  const nameOf = (id: string) => segments?.find((segment) => segment.id === id)?.name ?? id;
  return (
    <table className={table.table} role="table" aria-label="Activity">
      <TableHead columns={["When", "Who", "What", "About", "Details"]} />
      <tbody>
        {entries.map(({ id, at, actor, action, target, detail }) => (
          <tr key={id} role="row">
            <td role="cell">
              <Time at={at} />
            </td>
            <td role="cell" data-label="Who" className={`${styles.who} isolated`} title={actor}>
              {actorName(actor)}
            </td>
            <td role="cell" data-label="What" className={styles.what}>
              {actionText(action, detail)}
            </td>
            <td role="cell" data-label="About">
              {targetsOf(target).map((part, place) => (
                <span key={JSON.stringify(part)}>
                  {place > 0 && ", "}
                  <About target={part} />
                </span>
              ))}
            </td>
            <td role="cell" data-label="Details" className="quiet isolated">
              {detailText(action, detail, nameOf)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function About({ target }: { target: Target }) {
  switch (target.kind) {
    case "segment":
      return <SegmentLink id={target.id} />;
    case "run":
      return (
        <Link to="/runs/$runId" params={{ runId: target.id }}>
          Run {target.id}
        </Link>
      );
    case "user":
      return (
        <Link to="/people/$id" params={{ id: target.id }} className="isolated">
          user {target.id}
        </Link>
      );
    case "other":
      return <span className="isolated">{target.text}</span>;
  }
}
