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
        <strong>No mail reported yet.</strong> Resend reports by webhook what becomes of mails.
      </p>
      <p>{nextStep({ configured, webhook })}</p>
      <p>“Set it up” in docs/resend.md has all steps.</p>
    </div>
  );
}

function nextStep({ configured, webhook }: Setup): string {
  const address = `${window.location.origin}/api/webhooks/resend`;
  if (!configured) return NOT_CONFIGURED;
  if (webhook.configured) {
    return `Check that a webhook at Resend has the address ${address} and all events of email.* but email.received.`;
  }
  return `Add a webhook at Resend with the address ${address}, tick all events of email.* but email.received, and set RESEND_WEBHOOK_SECRET on the server.`;
}

/** While Resend reports, but of no such mail. */
export function NoSuchMail({ days, scope }: { days: number; scope: EngagementScope }) {
  return (
    <div className={panel.words}>
      <p>
        <strong>
          {scope === "members" ? "No mail to members" : "No broadcast to this segment"} in the last {days} days.
        </strong>
      </p>
      {scope === "members" ? (
        <p>If there was mail, check that the webhook at Resend has all events of email.* but email.received.</p>
      ) : (
        <p>Other mail is counted in “{SCOPES.members}”. A sync has to look up a new broadcast before it counts.</p>
      )}
    </div>
  );
}
