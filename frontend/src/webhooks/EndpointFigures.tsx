import { useQuery } from "@tanstack/react-query";
import type { Webhook } from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { formatNumber } from "../shared/format.ts";
import { Time } from "../shared/Time.tsx";
import styles from "./WebhooksPage.module.css";
import { SHORT_EVENTS, segmentsText } from "./words.ts";

/** What a webhook receives, and how delivery went. */
export function EndpointFigures({ webhook }: { webhook: Webhook }) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  const { events, personal, deliveredAt, waiting, oldestWaitingSince, formerSecretUntil, webhookId } = webhook;
  return (
    <dl className={styles.figures}>
      <div>
        <dt>Events</dt>
        <dd>{events.map((event) => SHORT_EVENTS[event]).join(", ")}</dd>
      </div>
      <div>
        <dt>Segments</dt>
        <dd className="isolated">{segmentsText(webhook, segments)}</dd>
      </div>
      <div>
        <dt>Personal data</dt>
        <dd>{personal ? "Email addresses and names" : "None, user IDs only"}</dd>
      </div>
      <div>
        <dt>Last delivery</dt>
        <dd>{deliveredAt === null ? "None yet" : <Time at={deliveredAt} as="ago" />}</dd>
      </div>
      <div>
        <dt>Waiting</dt>
        <dd>
          {waiting === 0 ? "None" : formatNumber(waiting)}
          {oldestWaitingSince !== null && (
            <>
              , the oldest from <Time at={oldestWaitingSince} as="ago" />
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>ID</dt>
        <dd>{webhookId}</dd>
      </div>
      {formerSecretUntil !== null && (
        <div>
          <dt>Secrets</dt>
          <dd>
            Two: the old one works until <Time at={formerSecretUntil} />
          </dd>
        </div>
      )}
    </dl>
  );
}
