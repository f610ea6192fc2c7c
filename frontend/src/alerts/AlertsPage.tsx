// What fires now, the rules, and when they fired.
import { Button } from "@mantine/core";
import { IconBell, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import type { Alert } from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { LoadingRows } from "../shared/LoadingRows.tsx";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { AlertHistory } from "./AlertHistory.tsx";
import { AlertsTable } from "./AlertsTable.tsx";
import { AlertDialog, DeleteAlertDialog } from "./dialogs.ts";
import { FiringAlerts } from "./FiringAlerts.tsx";
import { alertsQuery } from "./queries.ts";

type OpenDialog = { kind: "save"; alert?: Alert } | { kind: "delete"; alert: Alert };

export function AlertsPage() {
  useDocumentTitle("Alerts");
  const { data, error, isPending, refetch } = useQuery(alertsQuery);
  // The names of segments come with the rules: they are shorter than their ids, and rows would become lower.
  const areLoading = useQuery(segmentsQuery).isPending || isPending;
  const [dialog, setDialog] = useState<OpenDialog>();
  const close = () => setDialog(undefined);
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <PageTitle>Alerts</PageTitle>
          <p className={page.subtitle}>Rules that watch segments. Runs look at them when they end.</p>
        </div>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog({ kind: "save" })}>
          New alert
        </Button>
      </header>
      {areLoading ? (
        <LoadingRows of="alerts" />
      ) : data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          {data.alerts.length > 0 && <FiringAlerts alerts={data.alerts} />}
          <section className={panel.panel} aria-labelledby="rules">
            <h2 className={panel.title} id="rules">
              Rules
            </h2>
            {data.alerts.length === 0 ? (
              <EmptyState icon={IconBell} title="No alerts yet">
                Learn when a segment grows, shrinks, or is no longer evaluated.
              </EmptyState>
            ) : (
              <AlertsTable
                alerts={data.alerts}
                onEdit={(alert) => setDialog({ kind: "save", alert })}
                onDelete={(alert) => setDialog({ kind: "delete", alert })}
              />
            )}
          </section>
          <AlertHistory alerts={data.alerts} />
        </>
      )}
      <Suspense>
        {dialog?.kind === "save" && <AlertDialog alert={dialog.alert} onClose={close} />}
        {dialog?.kind === "delete" && <DeleteAlertDialog alert={dialog.alert} onClose={close} />}
      </Suspense>
    </div>
  );
}
