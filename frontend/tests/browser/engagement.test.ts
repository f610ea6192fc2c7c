// What became of mails, in the console. Events are signed as Resend signs them.
import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import type { GetEngagementResult } from "../../src/api/client.ts";
import { usersCsv } from "../users.ts";
import { expectAccessible } from "./accessible.ts";
import { type App, expect, startApp, test } from "./fixtures.ts";

const PRO = ["ann", "bob", "cat"].map(
  (id) => `${id},${id}@example.org,${id},Archer,PRO,USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z`,
);

test.use({ appOptions: { database: "sqlite", users: usersCsv(PRO), mail: "standIn" } });
// The tests go on where the one before has ended.
test.describe.configure({ mode: "serial" });

function panelOf(page: Page) {
  return page.getByRole("region", { name: /^Mail( by day of sending.*)?$/i }).first();
}

/** Something that happened just now to a mail to one person. */
async function happens({ origin, server }: App, kind: string, id: string) {
  const now = new Date();
  const event = `${kind} ${id}`.replace(/\W/g, "_");
  const at = now.toISOString();
  const data = {
    email_id: `mail-${id}`,
    to: [`${id}@example.org`],
    created_at: at,
    from: "shop@example.org",
    subject: "",
  };
  const body = JSON.stringify({ type: kind, created_at: at, data });
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const secret = Buffer.from(String(server.resend?.variables().RESEND_WEBHOOK_SECRET).replace("whsec_", ""), "base64");
  const signature = createHmac("sha256", secret).update(`${event}.${timestamp}.${body}`).digest("base64");
  const headers = { "svix-id": event, "svix-timestamp": timestamp, "svix-signature": `v1,${signature}` };
  const response = await fetch(`${origin}/api/webhooks/resend`, { method: "POST", headers, body });
  expect(response.status).toBe(200);
}

/** How many mails were opened, as soon as all events are applied. */
async function untilOpened({ api }: App, opened: number) {
  await expect(async () => {
    const { totals } = await api.call("adminAudience.getEngagement", { segmentType: "plan", segmentValue: "pro" });
    expect(totals.opened).toBe(opened);
  }).toPass();
}

test("before the first event, the panel says how to get them", async ({ page, app }) => {
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("No email activity yet.")).toBeVisible();
  await expect(panelOf(page).getByText(`has the address ${app.origin}/api/webhooks/resend`)).toBeVisible();
  await expectAccessible(page);
});

test("what became of mails is shown in words, in numbers, by day and as a table", async ({ page, app }) => {
  for (const id of ["ann", "bob", "cat"]) await happens(app, "email.sent", id);
  for (const id of ["ann", "bob"]) await happens(app, "email.delivered", id);
  await happens(app, "email.bounced", "cat");
  await happens(app, "email.clicked", "ann");
  await happens(app, "email.opened", "ann");
  await untilOpened(app, 1);
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("66.7% of sent")).toBeVisible();
  await expect(panelOf(page).getByText("50% of delivered, 1 time").first()).toBeVisible();
  await expect(panelOf(page).getByText("33.3% of sent")).toBeVisible();
  await expect(
    panelOf(page).getByRole("img", {
      name: "Mail by day, in 30 days: 3 emails, 2 delivered, 1 opened, 1 clicked",
    }),
  ).toBeVisible();
  const table = panelOf(page).getByRole("region", { name: "Mail by day, in" });
  await expect(table.getByRole("row")).toHaveCount(31);
  expect((await table.getByRole("row").nth(1).getByRole("cell").allInnerTexts()).join()).toBe("3,2,1,1,1,0,0");
  await expect(panelOf(page).getByText("email apps load images on their own. Last event just now.")).toBeVisible();
  await expectAccessible(page);
});

test("the days and the scope are chosen with the keyboard", async ({ page }) => {
  await page.goto("/segments/plan/pro");
  await panelOf(page).getByRole("radio", { name: "30 days" }).focus();
  await page.keyboard.press("ArrowLeft");
  await expect(panelOf(page).getByRole("img", { name: "Mail by day, in 7 days" })).toBeVisible();
  await expect(page.getByRole("radiogroup", { name: "Period", exact: true }).getByRole("radio").first()).toBeChecked();
  await page.keyboard.press("Shift+Tab");
  await expect(panelOf(page).getByLabel("Emails to count")).toBeFocused();
  await page.keyboard.press("b");
  await expect(panelOf(page).getByText("No broadcast to this segment in the last 7 days.")).toBeVisible();
  await expect(panelOf(page).getByLabel("Emails to count")).toBeFocused();
  expect(new URL(page.url()).search).toBe("?days=7&mail=addressed");
  await expectAccessible(page);
});

test("the dialog says what became of mails to a person", async ({ page }) => {
  await page.goto("/segments/plan/pro");
  await page.getByRole("button", { name: "Why is ann Archer a member?" }).click();
  const mail = page.getByRole("dialog", { name: "Why is" }).getByRole("region", { name: "Mail" });
  await expect(mail.getByText("In the last 90 days: 1 email, 1 delivered, 1 opened, 1 clicked.")).toBeVisible();
  await expectAccessible(page, true);
});

/** Changes the figures, for numbers that would take long to come to. */
async function withFigures(page: Page, change: (result: GetEngagementResult) => void) {
  await page.route("**/rpc", async (route) => {
    if (!route.request().postData()?.includes("getEngagement")) return route.continue();
    const response = await route.fetch();
    const body = await response.json();
    change(body.result);
    await route.fulfill({ response, json: body });
  });
}

test("large numbers and many days fit", async ({ page }) => {
  await withFigures(page, ({ days, totals }) => {
    for (const [place, day] of days.entries()) {
      const messages = place % 7 === 3 ? 120_000 + place * 1_000 : 40 * place;
      const opened = Math.round(messages * 0.48);
      Object.assign(day, {
        messages,
        delivered: messages - 9,
        opened,
        clicked: Math.round(messages * 0.1),
        bounced: 9,
      });
    }
    Object.assign(totals, { messages: 12_345_678, delivered: 12_300_000, opened: 6_000_000, opens: 9_876_543 });
  });
  await page.goto("/segments/plan/pro?days=90");
  await expect(panelOf(page).getByText("12,345,678")).toBeVisible();
  await panelOf(page)
    .getByRole("img", { name: /^Mail by day/ })
    .hover();
  await expect(panelOf(page).getByText(/\d sent/)).toBeVisible();
  await expectAccessible(page);
});

test.describe("without a key", () => {
  test.use({ signedIn: false });

  test("the panel says what to set", async ({ page }) => {
    const without = await startApp({ database: "sqlite", users: usersCsv(PRO), mail: "none" });
    try {
      await page.goto(`${without.origin}/segments/plan/pro#token=${without.token}`);
      await expect(panelOf(page).getByText("Set RESEND_API_KEY on the server")).toBeVisible();
      await expectAccessible(page);
    } finally {
      await without.server.stop();
    }
  });
});
