import { IconBan, IconEraser, IconPlugConnected, IconUsers, IconWebhook } from "@tabler/icons-react";
import type { ContactCounts, GetSyncStatusResult, WebhookStatus } from "../api/client.ts";
import { capitalize, formatNumber } from "../shared/format.ts";
import { Notice } from "../shared/Notice.tsx";
import { StatCard, StatRow } from "../shared/StatCard.tsx";
import { Time } from "../shared/Time.tsx";
import { webhookHealth } from "./health.ts";
import { speedText, suppressedText } from "./words.ts";

/** The account at Resend, and what comes back from it. */
export function Destination({ status }: { status: GetSyncStatusResult }) {
  const suppressed = status.suppressed.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <Advice webhook={status.webhook} />
      <StatRow label="Resend">
        <StatCard
          icon={IconPlugConnected}
          label="Destination"
          value={status.paused ? "Paused" : "Resend"}
          note={speedText(status.rate)}
        />
        <StatCard
          icon={IconWebhook}
          label="Webhook"
          value={webhookHealth(status.webhook).title}
          note={<LastEvent status={status} />}
        />
        <StatCard
          icon={IconUsers}
          label="Contacts"
          value={formatNumber(status.contacts.here + status.contacts.elsewhere)}
          note={contactsText(status.contacts)}
        />
        <StatCard
          icon={IconBan}
          label="Suppressed"
          value={formatNumber(suppressed)}
          note={capitalize(suppressedText(status.suppressed))}
        />
        <StatCard
          icon={IconEraser}
          label="Pending erasures"
          value={formatNumber(status.erasures.pending)}
          note={<OldestErasure at={status.erasures.oldest} />}
        />
      </StatRow>
    </>
  );
}

function Advice({ webhook }: { webhook: WebhookStatus }) {
  const { advice } = webhookHealth(webhook);
  return advice !== null && <Notice tone="warning">Webhook: {advice}</Notice>;
}

function LastEvent({ status: { webhook } }: { status: GetSyncStatusResult }) {
  const waiting = webhook.waiting === 0 ? "" : `, ${formatNumber(webhook.waiting)} to apply`;
  if (webhook.lastEventAt === null) return <>Waiting for the first event{waiting}</>;
  return (
    <>
      Last event <Time at={webhook.lastEventAt} as="ago" />
      {waiting}
    </>
  );
}

function contactsText({ here, elsewhere, refused }: ContactCounts): string {
  const more = refused === 0 ? "" : `, ${formatNumber(refused)} refused`;
  return `${formatNumber(here)} created here, ${formatNumber(elsewhere)} elsewhere${more}`;
}

function OldestErasure({ at }: { at: string | null }) {
  if (at === null) return <>None waiting</>;
  return (
    <>
      The oldest was requested <Time at={at} as="ago" />
    </>
  );
}
