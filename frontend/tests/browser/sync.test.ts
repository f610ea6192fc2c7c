// Sync with Resend, in the console, against the stand-in for Resend.
import type { Page } from "@playwright/test";
import type { GetSyncStatusResult } from "../../src/api/client.ts";
import { usersCsv } from "../users.ts";
import { expectAccessible } from "./accessible.ts";
import { type Api, expect, rowOf, startApp, test } from "./fixtures.ts";

const PRO = ["ann", "bob", "cat"].map(
  (id) => `${id},${id}@example.org,${id},Archer,PRO,USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z`,
);
/** So many that switching on has to be confirmed. */
const FREE = Array.from(
  { length: 1_001 },
  (_, place) => `f${place},f${place}@example.org,Dan,Drew,FREE,USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z`,
);
const NO_ADDRESS = "eve,nowhere,Eve,Ellis,PRO,USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z";
const KEY = { segmentType: "plan", segmentValue: "pro" } as const;

test.use({ appOptions: { database: "sqlite", users: usersCsv([...PRO, ...FREE, NO_ADDRESS]), mail: "standIn" } });
// The tests go on where the one before has ended.
test.describe.configure({ mode: "serial" });

function panelOf(page: Page) {
  return page.getByRole("region", { name: "Resend", exact: true });
}

/** A segment at Resend by its name here, as the stand-in shows it: with the number of people in it. */
function peopleAt(page: string, name: string): number {
  return Number(new RegExp(`<li>${name} \\[[^\\]]+\\] <b>(\\d+)</b>`).exec(page)?.[1] ?? -1);
}

async function untilSynced(api: Api) {
  const { runId } = await api.call("adminAudience.runSync", {});
  await expect(async () => {
    expect((await api.call("adminAudience.getSyncRun", { runId })).state).not.toBe("running");
  }).toPass();
}

/** Events arrive and are applied within a second or two. */
async function untilSuppressed(api: Api, count: number) {
  await expect(async () => {
    expect((await api.call("adminAudience.getSuppressions", {})).suppressions).toHaveLength(count);
  }).toPass();
}

test("a segment is switched on after a preview in numbers", async ({ page }) => {
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("Sync is off.")).toBeVisible();
  await panelOf(page).getByRole("button", { name: "Turn on" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn on sync for Pro Users?" });
  await expect(dialog.getByText("No one who unsubscribed is subscribed again.")).toBeVisible();
  await expect(dialog.getByText("3 people go to Resend, of 4 members")).toBeVisible();
  await expect(dialog.getByText("1 without a usable address")).toBeVisible();
  await expect(dialog.getByText(/^Up to 3\. /)).toBeVisible();
  await expect(dialog.getByText(/^About a minute/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(panelOf(page).getByRole("button", { name: "Turn on" })).toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByText("Sync for Pro Users is on").first()).toBeVisible();
  await expect(panelOf(page).getByText("0 of 4 at Resend, 3 pending, 1 held")).toBeVisible();
  await expect(panelOf(page).getByRole("button", { name: "Sync now" })).toBeFocused();
});

test("more than 1,000 new contacts are confirmed by a button that names them", async ({ page }) => {
  await page.goto("/segments/plan/free");
  await panelOf(page).getByRole("button", { name: "Turn on" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn on sync for Free Users?" });
  await expect(dialog.getByText("This may create 1,001 contacts at Resend")).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Create up to 1,001 contacts" })).toBeEnabled();
});

test("a sync puts its people in, and figures say so on the page, in the panel and on the card", async ({
  page,
  app,
}) => {
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Sync" }).click();
  await expect(page.getByRole("heading", { name: "Sync", exact: true })).toBeVisible();
  await expect(page.getByText("No syncs yet.").first()).toBeVisible();
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(page.getByText("Sync succeeded").first()).toBeVisible();
  await expect(page.getByText(/^3 added, 3 contacts created$/).first()).toBeVisible();
  const row = page.getByRole("table", { name: "Synced segments" }).getByRole("row").nth(1);
  await expect(row).toContainText("3 of 4 at Resend, 1 held");
  expect(peopleAt((await app.server.resend?.page()) ?? "", "Pro Users")).toBe(3);
  await row.getByRole("link", { name: "Pro Users" }).click();
  await expect(page).toHaveURL(/\/segments\/plan\/pro\/sync$/);
  const figures = panelOf(page).getByRole("region", { name: "Figures at Resend" });
  expect(await figures.innerText()).toMatch(
    /Delivered\s+3\s+of 4 members\s+Pending\s+0\s+0 to be added\s+Held\s+1\s+1 without/,
  );
  await page.goto("/");
  await expect(rowOf(page, "Pro Users").getByText("3 of 4 at Resend, 1 held")).toBeVisible();
  await expect(page.getByText("at Resend")).toHaveCount(1);
});

test("who unsubscribes at Resend is held and listed, and comes back in by their own word only", async ({
  page,
  app,
}) => {
  await app.server.resend?.does("unsubscribe", "ann@example.org");
  await untilSuppressed(app.api, 1);
  await page.goto("/sync");
  const people = page.getByRole("table", { name: "Suppressed people" });
  await expect(people.getByRole("row", { name: /ann@example\.org/ })).toContainText("Unsubscribed");
  await expect(people.getByRole("row", { name: /ann@example\.org/ })).toContainText(
    "Only the person can subscribe again",
  );
  await expect(people.getByRole("link", { name: "ann@example.org" })).toHaveAttribute("href", /^\/people\//);
  await expect(page.getByText("1 unsubscribed", { exact: true })).toBeVisible();
  await untilSynced(app.api);
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("2 of 4 at Resend, 2 held")).toBeVisible();
  await expect(panelOf(page).getByText("1 suppressed, 1 without a usable address")).toBeVisible();
  expect(peopleAt((await app.server.resend?.page()) ?? "", "Pro Users")).toBe(2);
  await app.server.resend?.does("resubscribe", "ann@example.org");
  await untilSuppressed(app.api, 0);
  await untilSynced(app.api);
  await page.reload();
  await expect(panelOf(page).getByText("3 of 4 at Resend, 1 held")).toBeVisible();
});

test("suppressed people are searched and filtered without their address in the address", async ({ page, app }) => {
  await app.server.resend?.does("bounce", "bob@example.org");
  await app.server.resend?.does("delete", "cat@example.org");
  await untilSuppressed(app.api, 2);
  await untilSynced(app.api);
  await page.goto("/sync");
  const rows = page.getByRole("table", { name: "Suppressed people" }).getByRole("row");
  await expect(rows).toHaveCount(3);
  await page.getByLabel("Search by email").fill("BOB@");
  await expect(rows).toHaveCount(2);
  await expect(rows.nth(1)).toContainText("Lift it at Resend");
  expect(page.url()).toBe(`${app.origin}/sync`);
  await page.getByLabel("Filter by reason").selectOption("Deleted at Resend");
  await expect(page.getByText("No matches")).toBeVisible();
  expect(new URL(page.url()).search).toBe("?reason=deleted");
  await page.getByRole("button", { name: "Clear search" }).click();
  await expect(rows.nth(1)).toContainText("cat@example.org");
});

for (const [name, path, opener] of [
  ["the page", "/sync"],
  ["the list", "/"],
  ["the panel", "/segments/plan/pro"],
  ["the dialog that switches on", "/segments/plan/free", "Turn on"],
  ["the dialog that switches off", "/segments/plan/pro", "Turn off"],
  ["the dialog that lifts", "/sync", "Lift for cat@example.org"],
  ["the dialog that pauses all", "/sync", "Pause all…"],
] as const) {
  test(`axe finds nothing on ${name}`, async ({ page }) => {
    await page.goto(path);
    await expect(page.getByText(/of 4 at Resend|Sync is off/).first()).toBeVisible();
    if (opener !== undefined) {
      await page.getByRole("button", { name: opener }).click();
      await expect(page.getByRole("dialog").getByRole("button", { name: "Cancel" })).toBeVisible();
    }
    await expectAccessible(page, opener !== undefined);
  });
}

test("what an admin may lift is lifted for a reason", async ({ page, app }) => {
  await page.goto("/sync?reason=deleted");
  await page.getByRole("button", { name: "Lift for cat@example.org" }).click();
  const dialog = page.getByRole("dialog", { name: "Lift the suppression of cat@example.org?" });
  await dialog.getByRole("button", { name: "Lift" }).click();
  await expect(dialog.getByText("Enter a reason.")).toBeVisible();
  await dialog.getByLabel("Reason").fill("Deleted by mistake");
  await dialog.getByRole("button", { name: "Lift" }).click();
  await expect(page.getByText("Lifted for cat@example.org").first()).toBeVisible();
  await expect(page.getByText("No matches")).toBeVisible();
  await expect(page.getByRole("heading", { name: "Suppressed people" })).toBeFocused();
  const { entries } = await app.api.call("adminAudience.getAuditLog", { limit: 5 });
  expect(JSON.stringify(entries)).toContain("Deleted by mistake");
  await untilSynced(app.api);
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("2 of 4 at Resend, 2 held")).toBeVisible();
});

test("a full check says what is missing and what is extra", async ({ page }) => {
  await page.goto("/sync");
  await page.getByRole("button", { name: "Full check" }).click();
  await expect(page.getByText("Full check succeeded").first()).toBeVisible();
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("0 missing, 0 extra")).toBeVisible();
  await expect(panelOf(page).getByText("Checked just now")).toBeVisible();
});

test("sync is paused and resumed with the keyboard", async ({ page }) => {
  await page.goto("/segments/plan/pro");
  await panelOf(page).getByRole("button", { name: "Pause" }).focus();
  await page.keyboard.press("Enter");
  await expect(panelOf(page).getByText("Sync paused. 2 of 4 at Resend, 2 held")).toBeVisible();
  await expect(panelOf(page).getByText("Syncs only remove people who must not get mail.")).toBeVisible();
  await panelOf(page).getByRole("button", { name: "Resume" }).focus();
  await page.keyboard.press("Enter");
  await expect(panelOf(page).getByText("2 of 4 at Resend, 2 held", { exact: true })).toBeVisible();
});

test("all syncs are paused after a question, and resumed, with the keyboard", async ({ page, app }) => {
  await page.goto("/sync");
  await expect(page.getByRole("button", { name: "Pause all…" })).toBeEnabled();
  await page.getByRole("button", { name: "Pause all…" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Pause all syncs?" });
  await expect(dialog.getByText("only delete contacts of erased people")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Pause all…" })).toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Pause all" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Until you choose “Resume all”")).toBeVisible();
  await expect(page.getByRole("button", { name: "Resume all" })).toBeFocused();
  await expect(page.getByRole("button", { name: "Full check" })).toBeDisabled();
  const row = page.getByRole("table", { name: "Synced segments" }).getByRole("row").nth(1);
  await expect(row).toContainText("All syncs paused. 2 of 4 at Resend, 2 held");
  await expectAccessible(page);
  await page.goto("/");
  await expect(rowOf(page, "Pro Users").getByText("All syncs paused. 2 of 4 at Resend, 2 held")).toBeVisible();
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("All syncs are paused.")).toBeVisible();
  await expect(panelOf(page).getByRole("button", { name: "Sync now" })).toBeDisabled();
  await expectAccessible(page);
  await panelOf(page).getByRole("link", { name: "Sync", exact: true }).click();
  await expect(page.getByRole("button", { name: "Resume all" })).toBeEnabled();
  await page.getByRole("button", { name: "Resume all" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("The next sync catches up.").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Pause all…" })).toBeFocused();
  await expect(row).toContainText("2 of 4 at Resend, 2 held");
  await expect(row).not.toContainText("paused");
  expect((await app.api.call("adminAudience.getSyncStatus", {})).paused).toBe(false);
});

/** Changes what the server says about sync, for states that the stand-in does not come to. */
async function withStatus(page: Page, change: (status: GetSyncStatusResult) => void) {
  await page.route("**/rpc", async (route) => {
    if (!route.request().postData()?.includes("getSyncStatus")) return route.continue();
    const response = await route.fetch();
    const body = await response.json();
    change(body.result);
    await route.fulfill({ response, json: body });
  });
}

test("what needs a person is said with what to do", async ({ page }) => {
  await withStatus(page, ({ segments, webhook }) => {
    Object.assign(segments[0]?.sync ?? {}, { state: "gone", failure: "its remote segment was deleted" });
    webhook.lastEventAt = new Date(Date.now() - 4 * 86_400_000).toISOString();
  });
  await page.goto("/sync");
  await expect(page.getByText("Webhook: No event for 4 days: check the endpoint at Resend.")).toBeVisible();
  await expectAccessible(page);
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("The segment was deleted at Resend.")).toBeVisible();
  await expect(panelOf(page).getByRole("button", { name: "Turn off" })).toBeVisible();
  await expect(panelOf(page).getByRole("button", { name: "Sync now" })).toHaveCount(0);
  await panelOf(page).getByRole("button", { name: "Create a new one" }).click();
  await expect(page.getByRole("dialog", { name: "Turn on sync for Pro Users?" })).toBeVisible();
});

test("a sync that is active shows how far it is", async ({ page }) => {
  await withStatus(page, (status) => {
    if (status.lastRun === null) return;
    const counts = { ...status.lastRun.counts, planned: 200, done: 50, requests: 60 };
    const runId = status.lastRun.runId + 1;
    status.activeRun = { ...status.lastRun, runId, mode: "delta", state: "running", finishedAt: null, counts };
  });
  await page.goto("/sync");
  await expect(page.getByRole("progressbar", { name: "Progress of the sync" })).toHaveAttribute("aria-valuenow", "25");
  await expect(page.getByText("50 of 200 changes processed, 60 requests").nth(1)).toBeVisible();
  await expect(page.getByRole("button", { name: "Run now" })).toBeDisabled();
  await expectAccessible(page);
});

test("a sync that would shrink a segment is held back, and says how to go on", async ({ page }) => {
  await withStatus(page, (status) => {
    status.failure = "the API key is not accepted (GET /segments: 401 invalid_api_key)";
    Object.assign(status.segments[0]?.sync ?? {}, { heldBack: { leaving: 60, delivered: 110 } });
  });
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("Check RESEND_API_KEY on the server, then sync again.")).toBeVisible();
  await expect(panelOf(page).getByText("Held back: 60 of 110 contacts would be removed.").first()).toBeVisible();
  await expectAccessible(page);
  let isAllowed = false;
  page.on("request", (request) => {
    isAllowed ||= request.postData()?.includes('"allowShrink":true') === true;
  });
  const allow = panelOf(page).getByRole("button", { name: "Sync again and allow removals…" });
  await allow.click();
  const dialog = page.getByRole("dialog", { name: "Allow these removals?" });
  await expect(dialog.getByText("60 of 110 contacts")).toBeVisible();
  await expectAccessible(page, true);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(allow).toBeFocused();
  expect(isAllowed, "nothing is removed by the click alone").toBe(false);
  await allow.click();
  await dialog.getByRole("button", { name: "Remove 60 contacts" }).click();
  await expect.poll(() => isAllowed).toBe(true);
});

test("switching off says what goes and what stays, and needs a superadmin", async ({ page }) => {
  await page.goto("/segments/plan/pro");
  await panelOf(page).getByRole("button", { name: "Turn off" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn off sync for Pro Users?" });
  await expect(dialog.getByText("the segment at Resend, with the next sync.")).toBeVisible();
  await expect(dialog.getByText("all contacts at Resend with their opt-outs")).toBeVisible();
  await dialog.getByRole("button", { name: "Turn off" }).click();
  await expect(dialog.getByText("You need the SUPERADMIN role.")).toBeVisible();
});

test.describe("a superadmin", () => {
  test.use({ signedIn: false });

  test("switches sync off, and the next sync removes the segment at Resend", async ({ page, app }) => {
    await page.goto(`/segments/plan/pro#token=${app.server.tokenOf("SUPERADMIN")}`);
    await panelOf(page).getByRole("button", { name: "Turn off" }).click();
    await page.getByRole("dialog", { name: "Turn off sync" }).getByRole("button", { name: "Turn off" }).click();
    await expect(page.getByText("Sync for Pro Users is off").first()).toBeVisible();
    await expect(panelOf(page).getByText("Being removed at Resend")).toBeVisible();
    await panelOf(page).getByRole("button", { name: "Sync now" }).click();
    await expect(panelOf(page).getByText("Sync is off.")).toBeVisible();
    const held = (await app.server.resend?.page()) ?? "";
    expect(peopleAt(held, "Pro Users")).toBe(-1);
    expect(held, "contacts stay").toContain("ann@example.org");
    const { members } = await app.api.call("adminAudience.previewSegmentSync", KEY);
    expect(members).toBe(4);
  });
});

test.describe("without a key", () => {
  test.use({ signedIn: false });

  test("the console says what to set and offers nothing", async ({ page }) => {
    const without = await startApp({ database: "sqlite", users: usersCsv(PRO), mail: "none" });
    try {
      await page.goto(`${without.origin}/segments/plan/pro#token=${without.token}`);
      await expect(panelOf(page)).toHaveText("ResendSet RESEND_API_KEY on the server to sync segments to Resend.");
      await expect(panelOf(page).getByRole("button")).toHaveCount(0);
      await page.goto(`${without.origin}/sync`);
      await expect(page.getByText("Set RESEND_API_KEY on the server")).toBeVisible();
      await expect(page.getByRole("button", { name: "Run now" })).toHaveCount(0);
    } finally {
      await without.server.stop();
    }
  });
});
