import type { EngagementScope, GetSyncStatusResult } from "../api/client.ts";
import panel from "../shared/Panel.module.css";
import { NOT_CONFIGURED } from "../sync/words.ts";
import { SCOPES } from "./words.ts";

type Setup = Pick<GetSyncStatusResult, "configured" | "webhook">;

/** While Resend has never reported anything: what to do so that it does. */
export function NoEvents({ configured, webhook }: Setup) {
  return (
    <div className={panel.words}>
      <p>
        <strong>No email activity yet.</strong> Resend reports deliveries, opens, and clicks by webhook.
      </p>
      <p>{nextStep({ configured, webhook })}</p>
      <p>See “Set it up” in docs/resend.md for all steps.</p>
    </div>
  );
}

function nextStep({ configured, webhook }: Setup): string {
  const address = `${window.location.origin}/api/webhooks/resend`;
  if (!configured) return NOT_CONFIGURED;
  if (webhook.configured) {
    return `Check that a webhook at Resend has the address ${address} and all email.* events except email.received.`;
  }
  return `Add webhook at Resend with the address ${address}, select all email.* events except email.received, and set RESEND_WEBHOOK_SECRET on the server.`;
}

/** While Resend reports, but of no such mail. */
export function NoSuchMail({ days, scope }: { days: number; scope: EngagementScope }) {
  return (
    <div className={panel.words}>
      <p>
        <strong>
          {scope === "members" ? "No emails to members" : "No broadcast to this segment"} in the last {days} days.
        </strong>
      </p>
      {scope === "members" ? (
        <p>If emails were sent, check that the webhook at Resend has all email.* events except email.received.</p>
      ) : (
        <p>Other emails are counted in “{SCOPES.members}”. A new broadcast counts after the next sync.</p>
      )}
    </div>
  );
}
