// Who may sign in and call the API.
import { Button } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { ApiToken } from "../api/client.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { LoadingRows } from "../shared/LoadingRows.tsx";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { tokensQuery } from "./queries.ts";
import { TokensTable } from "./TokensTable.tsx";

const CreateTokenDialog = lazy(async () => ({ default: (await import("./CreateTokenDialog.tsx")).CreateTokenDialog }));
const RevokeDialog = lazy(async () => ({ default: (await import("./RevokeDialog.tsx")).RevokeDialog }));

type OpenDialog = { kind: "create" } | { kind: "revoke"; token: ApiToken };

export function TokensPage() {
  useDocumentTitle("API tokens");
  const { data, error, refetch } = useQuery(tokensQuery);
  const [dialog, setDialog] = useState<OpenDialog>();
  const close = () => setDialog(undefined);
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <Link to="/settings" className={page.up}>
            Settings
          </Link>
          <PageTitle>API tokens</PageTitle>
          <p className={page.subtitle}>Who may sign in and call the API. Requires the SUPERADMIN role.</p>
        </div>
        <Button leftSection={<IconPlus size={16} />} onClick={() => setDialog({ kind: "create" })}>
          Create token
        </Button>
      </header>
      <section className={panel.panel} aria-label="Tokens">
        {data === undefined ? (
          error === null ? (
            <LoadingRows of="tokens" />
          ) : (
            <ErrorNotice error={error} neededRole="SUPERADMIN" onRetry={() => void refetch()} />
          )
        ) : data.tokens.length === 0 ? (
          <EmptyState icon={IconKey} title="No tokens yet" />
        ) : (
          <TokensTable tokens={data.tokens} onRevoke={(token) => setDialog({ kind: "revoke", token })} />
        )}
      </section>
      <Suspense>
        {dialog?.kind === "create" && <CreateTokenDialog onClose={close} />}
        {dialog?.kind === "revoke" && <RevokeDialog token={dialog.token} onClose={close} />}
      </Suspense>
    </div>
  );
}
