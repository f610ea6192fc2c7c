// Which events show that a person was active.
import "@mantine/core/styles/Switch.css";
import { Switch } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { EventKind, NameOfEvents } from "../api/client.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { LoadingRows } from "../shared/LoadingRows.tsx";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { useSetIsActivity } from "./mutations.ts";
import { eventNamesQuery } from "./queries.ts";

const KINDS: Record<EventKind, string> = { event: "Event", purchase: "Purchase" };

export function EventNamesPage() {
  useDocumentTitle("Event names");
  const { data, error, refetch } = useQuery(eventNamesQuery);
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <Link to="/settings" className={page.up}>
            Settings
          </Link>
          <PageTitle>Event names</PageTitle>
          <p className={page.subtitle}>
            Which events show that a person was active. A change applies to all figures, of the past too.
          </p>
        </div>
      </header>
      <section className={panel.panel} aria-label="Event names">
        {data === undefined ? (
          error === null ? (
            <LoadingRows of="event names" />
          ) : (
            <ErrorNotice error={error} onRetry={() => void refetch()} />
          )
        ) : data.names.length === 0 ? (
          <EmptyState icon={IconBolt} title="No events yet">
            Names are listed when your app sends the first event.
          </EmptyState>
        ) : (
          <>
            <Names names={data.names} />
            <p className={panel.words}>Refunds never count as activity.</p>
          </>
        )}
      </section>
    </div>
  );
}

/** Roles are given by hand: browsers forget them where rows become cards. */
function Names({ names }: { names: NameOfEvents[] }) {
  return (
    <table className={table.table} role="table" aria-label="Event names">
      <TableHead columns={["Name", "Kind", "First", "Last", "Counts as activity"]} />
      <tbody>
        {names.map((each) => (
          <tr key={each.name} role="row">
            <td role="cell" className="isolated">
              {each.name}
            </td>
            <td role="cell" data-label="Kind">
              {KINDS[each.kind]}
            </td>
            <td role="cell" data-label="First">
              {each.firstAt === null ? <span className="quiet">—</span> : <Time at={each.firstAt} />}
            </td>
            <td role="cell" data-label="Last">
              {each.lastAt === null ? <span className="quiet">—</span> : <Time at={each.lastAt} />}
            </td>
            <td role="cell" data-label="Counts as activity">
              <IsActivity of={each} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function IsActivity({ of }: { of: NameOfEvents }) {
  const setting = useSetIsActivity(of);
  return (
    <Switch
      aria-label={`${of.name} counts as activity`}
      label={of.isActivity ? "Yes" : "No"}
      checked={of.isActivity}
      disabled={setting.isPending}
      onChange={({ currentTarget }) => setting.mutate(currentTarget.checked)}
    />
  );
}
