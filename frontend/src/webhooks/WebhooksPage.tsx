// Webhooks: the endpoints of other systems that receive changes.
import { Button, Skeleton } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Suspense, useRef, useState } from "react";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { focusUnlessReturned } from "../sync/focusUnlessReturned.ts";
import { EditDialog } from "./dialogs.ts";
import { Endpoint } from "./Endpoint.tsx";
import { webhooksQuery } from "./queries.ts";
import styles from "./WebhooksPage.module.css";

export function WebhooksPage() {
  useDocumentTitle("Webhooks");
  const [isAdding, setIsAdding] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  return (
    <div className={`${page.page} ${styles.screen}`}>
      <header className={page.header}>
        <div>
          <Link to="/settings" className={page.up}>
            Settings
          </Link>
          <PageTitle ref={heading}>Webhooks</PageTitle>
          <p className={page.subtitle}>Tell other systems who joins and leaves segments.</p>
        </div>
        <div className={page.actions}>
          <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
            Add webhook
          </Button>
        </div>
      </header>
      <p className={panel.words}>
        Only a SUPERADMIN can add, change, or delete webhooks and see full URLs. Every ADMIN can send tests and resend
        messages.
      </p>
      <Endpoints onGone={() => focusUnlessReturned(heading)} />
      <Suspense>{isAdding && <EditDialog onClose={() => setIsAdding(false)} />}</Suspense>
    </div>
  );
}

/** `onGone` is called when an endpoint is deleted, and the focus with it. */
function Endpoints({ onGone }: { onGone: () => void }) {
  const { data, error, refetch } = useQuery(webhooksQuery);
  if (data === undefined) {
    return error === null ? <Loading /> : <ErrorNotice error={error} onRetry={() => void refetch()} />;
  }
  if (data.webhooks.length === 0) return <NoWebhook />;
  return data.webhooks.map((webhook) => <Endpoint key={webhook.webhookId} webhook={webhook} onGone={onGone} />);
}

function NoWebhook() {
  return (
    <EmptyState icon={IconWebhook} title="No webhooks yet">
      <span>
        Add one to send changes to an email tool, a data warehouse, or your own app. Messages follow the{" "}
        <a href="https://www.standardwebhooks.com" target="_blank" rel="noreferrer">
          Standard Webhooks
        </a>{" "}
        specification. See docs/webhooks.md to write a receiver.
      </span>
    </EmptyState>
  );
}

function Loading() {
  return (
    <div role="status" className={page.page}>
      <span className="unseen">Loading webhooks</span>
      <Skeleton height={260} radius={12} />
    </div>
  );
}
