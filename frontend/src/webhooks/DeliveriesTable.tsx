import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Segment, Webhook, WebhookDelivery } from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import { StateLabel } from "../shared/StateLabel.tsx";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { useResend } from "./mutations.ts";
import styles from "./WebhooksPage.module.css";
import { answerText, messageText, STATES } from "./words.ts";

interface Props {
  webhook: Webhook;
  deliveries: WebhookDelivery[];
}

/** One row for each message. Roles are given by hand: browsers forget them where rows become cards. */
export function DeliveriesTable({ webhook, deliveries }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <table className={table.table} role="table" aria-label={`Deliveries to ${webhook.url}`}>
      <TableHead
        columns={["Message", "State", "Response", "Last attempt", "Attempts", "Next attempt"]}
        numbers={["Attempts"]}
        hasActions
      />
      <tbody>
        {deliveries.map((delivery) => (
          <Row key={delivery.messageId} delivery={delivery} segments={segments} isOn={webhook.state === "on"} />
        ))}
      </tbody>
    </table>
  );
}

/** As StateLabel colors them. */
const MARKS = { waiting: "pending", delivered: "delivered", failed: "failed" } as const;

function Row({ delivery, segments, isOn }: { delivery: WebhookDelivery; segments: Segment[]; isOn: boolean }) {
  const { at, users, runId, state, attemptedAt, attempts, nextAt } = delivery;
  const resending = useResend();
  const message = messageText(delivery, segments);
  const nothing = <span className="quiet">—</span>;
  return (
    <tr role="row">
      <td role="cell">
        <div className={styles.message}>
          <span className="isolated">{message}</span>
          <span>
            {users > 0 && `${pluralize(users, "user")}, `}
            {runId !== null && `run ${runId}, `}
            <Time at={at} />
          </span>
        </div>
      </td>
      <td role="cell">
        <StateLabel state={MARKS[state]}>{STATES[state]}</StateLabel>
      </td>
      <td role="cell" data-label="Response">
        {answerText(delivery) ?? nothing}
      </td>
      <td role="cell" data-label="Last attempt">
        {attemptedAt === null ? nothing : <Time at={attemptedAt} />}
      </td>
      <td role="cell" data-label="Attempts" data-number>
        {formatNumber(attempts)}
      </td>
      <td role="cell" data-label="Next attempt">
        {nextAt === null ? nothing : <Time at={nextAt} />}
      </td>
      <td role="cell">
        <div className={table.buttons}>
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Send again: ${message}`}
            disabled={!isOn}
            title={isOn ? undefined : "Turn the webhook on first"}
            aria-disabled={resending.isPending}
            onClick={() => resending.isPending || resending.mutate(delivery)}
          >
            Send again
          </Button>
        </div>
      </td>
    </tr>
  );
}
