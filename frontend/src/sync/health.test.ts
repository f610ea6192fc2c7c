import { expect, test } from "vitest";
import type { WebhookStatus } from "../api/client.ts";
import { webhookHealth } from "./health.ts";

const NOW = new Date("2026-11-29T12:00:00Z");
const WORKING: WebhookStatus = {
  configured: true,
  state: "enabled",
  lastEventAt: "2026-11-29T11:00:00Z",
  waiting: 0,
  failed: 0,
};

test.each<[Partial<WebhookStatus>, string, string | null]>([
  [{}, "Working", null],
  [{ waiting: 7 }, "Working", null],
  [{ lastEventAt: "2026-11-26T12:00:01Z" }, "Working", null],
  [{ lastEventAt: "2026-11-26T12:00:00Z" }, "Silent", "No event for 3 days: check the endpoint at Resend."],
  [{ lastEventAt: "2026-11-20T11:00:00Z" }, "Silent", "No event for 9 days: check the endpoint at Resend."],
  [{ lastEventAt: null }, "No event yet", null],
  [{ failed: 1 }, "1 failed", "1 event could not be applied. A full check finds missed opt-outs."],
  [{ state: "disabled" }, "Turned off", "Resend turned it off. Check the endpoint at Resend."],
  [
    { configured: false, lastEventAt: null },
    "Not set up",
    "Set RESEND_WEBHOOK_SECRET on the server. Until then, only a full check finds opt-outs.",
  ],
])("a webhook with %j is %s", (difference, title, advice) => {
  expect(webhookHealth({ ...WORKING, ...difference }, NOW)).toEqual({ title, advice });
});
