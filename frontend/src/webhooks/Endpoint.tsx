import { Button } from "@mantine/core";
import { Suspense, useRef, useState } from "react";
import type { Webhook } from "../api/client.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { Notice } from "../shared/Notice.tsx";
import page from "../shared/Page.module.css";
import panel from "../shared/Panel.module.css";
import { StateLabel } from "../shared/StateLabel.tsx";
import { Time } from "../shared/Time.tsx";
import { focusUnlessReturned } from "../sync/focusUnlessReturned.ts";
import { Deliveries } from "./Deliveries.tsx";
import { DeleteDialog, EditDialog, RotateDialog, SwitchDialog } from "./dialogs.ts";
import { EndpointFigures } from "./EndpointFigures.tsx";
import { useTestWebhook } from "./mutations.ts";
import styles from "./WebhooksPage.module.css";
import { offText, testText, webhookMark } from "./words.ts";

type Opened = "edit" | "rotate" | "switch" | "delete";

interface Props {
  webhook: Webhook;
  onGone: () => void;
}

/** One webhook: its state, its events, and the actions on it. */
export function Endpoint({ webhook, onGone }: Props) {
  const { webhookId, url, state } = webhook;
  const [opened, setOpened] = useState<Opened>();
  const heading = useRef<HTMLHeadingElement>(null);
  const testing = useTestWebhook(webhook);
  const mark = webhookMark(webhook);
  function test() {
    if (!testing.isPending) testing.mutate();
  }
  function open(dialog: Opened) {
    // Its result is of the webhook as it was.
    testing.reset();
    setOpened(dialog);
  }
  function close() {
    setOpened(undefined);
    focusUnlessReturned(heading);
  }
  return (
    <section className={panel.panel} aria-labelledby={webhookId}>
      <div className={panel.head}>
        <div className={styles.names}>
          <h2 className={`${panel.title} ${styles.url} isolated`} id={webhookId} ref={heading} tabIndex={-1}>
            {url}
          </h2>
          <StateLabel state={mark.state}>{mark.text}</StateLabel>
        </div>
        <div className={page.actions}>
          {/* Not disabled while it is sent: the button would lose the focus. */}
          <Button variant="light" size="sm" aria-disabled={testing.isPending} onClick={test}>
            {testing.isPending ? "Sending…" : "Send a test"}
          </Button>
          <Button variant="default" size="sm" onClick={() => open("edit")}>
            Edit…
          </Button>
          <Button variant="default" size="sm" onClick={() => open("rotate")}>
            New secret…
          </Button>
          <Button variant="default" size="sm" onClick={() => open("switch")}>
            {state === "on" ? "Turn off…" : "Turn on…"}
          </Button>
          <Button variant="default" size="sm" onClick={() => open("delete")}>
            Delete…
          </Button>
        </div>
      </div>
      {testing.error !== null && <ErrorNotice error={testing.error} />}
      {testing.data !== undefined && (
        <Notice tone={testing.data.delivered ? "note" : "warning"}>{testText(testing.data)}</Notice>
      )}
      <Standing webhook={webhook} />
      <EndpointFigures webhook={webhook} />
      <Deliveries webhook={webhook} />
      <Suspense>
        {opened === "edit" && <EditDialog webhook={webhook} onClose={close} />}
        {opened === "rotate" && <RotateDialog webhook={webhook} onClose={close} />}
        {opened === "switch" && <SwitchDialog webhook={webhook} onClose={close} />}
        {opened === "delete" && <DeleteDialog webhook={webhook} onClose={close} onDeleted={onGone} />}
      </Suspense>
    </section>
  );
}

/** What needs attention. */
function Standing({ webhook }: { webhook: Webhook }) {
  const off = offText(webhook);
  if (off !== null) return <Notice tone={webhook.offReason === "admin" ? "note" : "warning"}>{off}</Notice>;
  if (webhook.failingSince === null) return null;
  return (
    <Notice tone="warning">
      <span>
        Every delivery has failed since <Time at={webhook.failingSince} />. After 5 days the webhook is turned off. See
        the responses in the deliveries below.
      </span>
    </Notice>
  );
}
