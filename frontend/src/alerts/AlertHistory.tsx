import { NativeSelect } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import type { Alert } from "../api/client.ts";
import { alertsRoute } from "../app/routes.ts";
import { quotedName } from "../segments/health.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { PagedList } from "../shared/PagedList.tsx";
import panel from "../shared/Panel.module.css";
import toolbar from "../shared/Toolbar.module.css";
import { AlertEventsTable } from "./AlertEventsTable.tsx";
import { alertEventsQuery } from "./queries.ts";
import { ruleText } from "./words.ts";

/** When alerts fired and were over, of all or of one. */
export function AlertHistory({ alerts }: { alerts: Alert[] }) {
  const { alert: chosen } = alertsRoute.useSearch();
  const navigate = alertsRoute.useNavigate();
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  const found = useInfiniteQuery(alertEventsQuery(chosen));
  const options = alerts.map((alert) => ({
    value: alert.alertId,
    label: `${quotedName(alert.segment, named)}: ${ruleText(alert)}`,
  }));
  const isGone = chosen !== undefined && !alerts.some(({ alertId }) => alertId === chosen);
  return (
    <section className={panel.panel} aria-labelledby="history">
      <h2 className={panel.title} id="history">
        History
      </h2>
      <div className={toolbar.toolbar}>
        <NativeSelect
          aria-label="History of"
          data={[
            { value: "", label: "All alerts" },
            ...options,
            ...(isGone ? [{ value: chosen, label: "Another alert" }] : []),
          ]}
          value={chosen ?? ""}
          onChange={({ currentTarget }) =>
            void navigate({ search: { alert: currentTarget.value }, replace: true, resetScroll: false })
          }
        />
      </div>
      <PagedList
        of="events"
        found={found}
        rows={found.data?.pages.flatMap(({ events }) => events)}
        empty={<EmptyState icon={IconHistory} title="Nothing has fired yet" />}
      >
        {(events) => <AlertEventsTable events={events} />}
      </PagedList>
    </section>
  );
}
