// Who gets no mail, who is missing and who is extra at Resend, by name, against the stand-in for Resend.
import type { Locator, Page } from "@playwright/test";
import { usersCsv } from "../users.ts";
import { expectAccessible } from "./accessible.ts";
import { type Api, type App, expect, test } from "./fixtures.ts";

function user(id: string, plan: string, email = `${id}@example.org`): string {
  return `${id},${email},${id},Archer,${plan},USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z`;
}

const PRO = [
  ...["ann", "bob", "cat", "dan"].map((id) => user(id, "PRO")),
  user("eve", "PRO", "nowhere"),
  // Mail could reach it for all we know. The stand-in refuses it.
  user("fay", "PRO", "fay@example"),
];
/** More than one page of them. */
const FREE = Array.from({ length: 23 }, (_, place) => user(`f${place}`, "FREE", `nowhere ${place}`));

test.use({ appOptions: { database: "sqlite", users: usersCsv([...PRO, ...FREE]), mail: "standIn" } });
// The tests go on where the one before has ended.
test.describe.configure({ mode: "serial" });

function panelOf(page: Page) {
  return page.getByRole("region", { name: "Resend", exact: true });
}

/** What opens a list, and closes it. */
function summaryOf(page: Page, title: string) {
  return panelOf(page).locator("summary", { hasText: title });
}

function rowOf(table: Locator, user: string) {
  return table.getByRole("row", { name: user });
}

async function untilSynced(api: Api, full = false) {
  const { runId } = await api.call("adminAudience.runSync", { full });
  await expect(async () => {
    expect((await api.call("adminAudience.getSyncRun", { runId })).state).not.toBe("running");
  }).toPass();
}

/** One who unsubscribed, one whose contact was deleted, one without an address, and one whom Resend refused. */
async function prepare({ api, server }: App) {
  for (const segmentValue of ["pro", "free"]) {
    await api.call("adminAudience.setSegmentSync", { segmentType: "plan", segmentValue, state: "on" });
  }
  await untilSynced(api);
  await server.resend?.does("unsubscribe", "ann@example.org");
  await server.resend?.does("delete", "bob@example.org");
  await expect(async () => {
    expect((await api.call("adminAudience.getSuppressions", {})).suppressions).toHaveLength(2);
  }).toPass();
  await untilSynced(api);
}

test("who is held back is listed with the reason and with what to do", async ({ page, app }) => {
  await prepare(app);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.postData() ?? ""));
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("2 of 6 at Resend, 4 held")).toBeVisible();
  expect(asked.join()).not.toContain("getSyncDrift");
  await summaryOf(page, "Held back").focus();
  await page.keyboard.press("Enter");
  const held = panelOf(page).getByRole("table", { name: "Held back people" });
  await expect(held.getByRole("row")).toHaveCount(5);
  await expect(rowOf(held, "ann@example.org")).toContainText("Unsubscribed");
  await expect(rowOf(held, "ann@example.org")).toContainText("Only the person can subscribe again");
  await expect(rowOf(held, "bob@example.org")).toContainText("Deleted at Resend");
  await expect(rowOf(held, "nowhere")).toContainText("Correct the address in your app");
  await expect(rowOf(held, "fay@example")).toContainText("Refused by Resend");
  await panelOf(page).getByLabel("Filter held people by reason").selectOption("No usable address (1)");
  await expect(held.getByRole("row")).toHaveCount(2);
  expect(page.url(), "nobody's address stands in the address").toBe(`${app.origin}/segments/plan/pro`);
});

test("the lists that are open pass axe", async ({ page }) => {
  await page.goto("/segments/plan/pro");
  for (const title of ["Held back", "Missing", "Extra"]) {
    await summaryOf(page, title).click();
  }
  await expect(panelOf(page).getByRole("button", { name: "Lift for bob@example.org" })).toBeVisible();
  await expect(panelOf(page).getByText("No full check yet").nth(2)).toBeVisible();
  await expectAccessible(page);
});

test("members are listed with their mail state", async ({ page }) => {
  await page.goto("/segments/plan/pro");
  const members = page.getByRole("table", { name: "Members" });
  await expect(rowOf(members, "cat@example.org")).toContainText("Delivered");
  await expect(rowOf(members, "ann@example.org")).toContainText("Held: suppressed");
  await expect(rowOf(members, "nowhere")).toContainText("Held: no usable address");
  const label = await members.getByText("Held: no usable address").boundingBox();
  expect(label?.height, "in one line").toBeLessThan(24);
  await expect(rowOf(members, "fay@example")).toContainText("Held: refused by Resend");
  await page.goto("/segments/lifecycle/churned");
  await expect(rowOf(members, "cat@example.org").first()).toBeVisible();
  await expect(members.getByRole("columnheader", { name: "Mail" }), "of a synced segment alone").toHaveCount(0);
});

for (const [id, texts] of [
  ["cat", ["Mail can reach this user. In the segment at Resend."]],
  ["ann", ["Mail is held back.", /^Unsubscribed since .+\. Source: webhook\.$/]],
  ["eve", ["Mail is held back.", "The address isn't usable."]],
  ["fay", ["Mail is held back.", "Resend refused the address (validation_error)."]],
] as const) {
  test(`the dialog says why mail reaches ${id} or does not`, async ({ page }) => {
    await page.goto("/segments/plan/pro");
    await page.getByRole("button", { name: `Why is ${id} Archer a member?` }).click();
    const mail = page.getByRole("dialog", { name: "Why is" }).getByRole("region", { name: "Mail" });
    for (const text of texts) await expect(mail.getByText(text)).toBeVisible();
    if (id === "ann") await expectAccessible(page, true);
  });
}

test("a deleted contact is lifted, and an address that was refused is tried again", async ({ page, app }) => {
  await page.goto("/segments/plan/pro");
  await summaryOf(page, "Held back").click();
  await panelOf(page).getByRole("button", { name: "Lift for bob@example.org" }).click();
  const lifting = page.getByRole("dialog", { name: "Lift the suppression of bob@example.org?" });
  await lifting.getByLabel("Reason").fill("Deleted by mistake");
  await lifting.getByRole("button", { name: "Lift", exact: true }).click();
  await expect(page.getByText("Lifted for bob@example.org").first()).toBeVisible();
  const held = panelOf(page).getByRole("table", { name: "Held back people" });
  await expect(held.getByRole("row")).toHaveCount(4);
  await expect(rowOf(page.getByRole("table", { name: "Members" }), "bob@example.org")).toContainText("Pending");
  await expect(summaryOf(page, "Held back")).toBeFocused();
  await panelOf(page).getByRole("button", { name: "Try again with fay@example" }).click();
  const trying = page.getByRole("dialog", { name: "Try again with fay@example?" });
  await expectAccessible(page, true);
  await trying.getByLabel("Reason").fill("The domain exists now");
  await trying.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByText("fay@example will be tried again").first()).toBeVisible();
  await expect(held.getByRole("row")).toHaveCount(3);
  await untilSynced(app.api);
  await expect(held.getByRole("row"), "Resend refused it again").toHaveCount(4);
});

test("who is missing and who is extra is listed after a full check", async ({ page, app }) => {
  const status = await app.api.call("adminAudience.getSyncStatus", {});
  const segment = status.segments.find(({ segmentValue }) => segmentValue === "pro")?.sync.remoteSegmentId;
  await app.server.resend?.call("DELETE", `/contacts/cat@example.org/segments/${segment}`);
  await app.server.resend?.call("POST", "/contacts", { email: "guest@example.org", segments: [{ id: segment }] });
  await untilSynced(app.api, true);
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText("1 missing, 1 extra")).toBeVisible();
  await summaryOf(page, "Missing").click();
  const missing = panelOf(page).getByRole("table", { name: "Missing people" });
  await expect(rowOf(missing, "cat@example.org").locator("time")).toBeVisible();
  await expect(panelOf(page).getByText("It added back everyone mail can reach.")).toBeVisible();
  await summaryOf(page, "Extra").click();
  const extra = panelOf(page).getByRole("table", { name: "Extra people" });
  await expect(rowOf(extra, "guest@example.org")).toContainText("No user has this address");
  await expectAccessible(page);
});

test("a long list goes on by the keyboard", async ({ page }) => {
  await page.goto("/segments/plan/free");
  await summaryOf(page, "Held back").click();
  const held = panelOf(page).getByRole("table", { name: "Held back people" });
  await expect(held.getByRole("row"), "20 people, and the head").toHaveCount(21);
  await panelOf(page).getByRole("button", { name: "Show more" }).focus();
  await page.keyboard.press("Enter");
  await expect(held.getByRole("row")).toHaveCount(24);
  await expect(panelOf(page).getByRole("button", { name: "Show more" })).toHaveCount(0);
  expect(await held.evaluate((table) => document.activeElement?.contains(table))).toBe(true);
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("DIV");
});

test("a list that cannot be loaded says so, and is loaded when asked again", async ({ page }) => {
  await page.goto("/segments/plan/pro");
  await expect(panelOf(page).getByText(/of 6 at Resend/)).toBeVisible();
  await page.route("**/rpc", (route) =>
    route.request().postData()?.includes("getSyncDrift") ? route.abort() : route.continue(),
  );
  await summaryOf(page, "Held back").click();
  await expect(panelOf(page).getByText("The server cannot be reached")).toBeVisible();
  await expectAccessible(page);
  await page.unroute("**/rpc");
  await panelOf(page).getByRole("button", { name: "Try again" }).click();
  await expect(panelOf(page).getByRole("table", { name: "Held back people" })).toBeVisible();
});
