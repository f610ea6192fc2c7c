// The manual checklist of the product's description, item by item.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cardOf, membersOn, theConsole } from "./console.ts";

const console = theConsole();

test("view all segments", async () => {
  const page = await console().open("/");
  const { segments } = await console().api.call("adminAudience.getSegments", {});
  await page.getByRole("article").first().waitFor();
  assert.equal(await page.getByRole("article").count(), 13);
  for (const { name, userCount } of segments) assert.equal(await membersOn(page, name), userCount, name);
  const { segmentedUsers } = await console().api.call("adminAudience.getAudienceSize", {});
  const overview = page.getByRole("region", { name: "Overview" });
  await overview.getByText(segmentedUsers.toLocaleString("en-US"), { exact: true }).waitFor();
  assert.match(await overview.innerText(), /Total segments\s+13\s/);
  await page
    .getByRole("img", { name: /^Size over 30 days/ })
    .nth(12)
    .waitFor();
});

test("search segments by name, and find the search in the address", async () => {
  const page = await console().open("/");
  await page.getByRole("article").nth(12).waitFor();
  await page.getByLabel("Search segments").fill("AZURE");
  await cardOf(page, "Azure Focus").waitFor();
  await page.waitForFunction(() => document.querySelectorAll("article").length === 1);
  assert.equal(new URL(page.url()).search, "?q=AZURE");
  await page.getByLabel("Search segments").fill("zzz");
  await page.getByText("No segment matches “zzz”").waitFor();
  await page.getByRole("link", { name: "Show all segments" }).click();
  await page.getByRole("article").nth(12).waitFor();
  await page.getByText("Inactive", { exact: true }).first().click();
  await page.getByText("There is no inactive segment").waitFor();
});

test("view segment details with the list of users", async () => {
  const page = await console().open("/");
  await page.getByRole("link", { name: "View Free Users" }).click();
  const dialog = page.getByRole("dialog", { name: "Free Users" });
  const key = { segmentType: "plan", segmentValue: "free" } as const;
  const stats = await console().api.call("adminAudience.getSegmentStats", { ...key, days: 30 });
  const figures = dialog.getByRole("region", { name: "Figures" });
  await figures.getByText("members now").waitFor();
  const text = (await figures.innerText()).replaceAll(",", "");
  for (const [label, figure] of [
    ["Current size", stats.currentCount],
    ["Added (30 d)", stats.addedCount],
    ["Removed (30 d)", stats.removedCount],
  ] as const) {
    assert.ok(text.includes(`${label}\n${figure}\n`), `${label} ${figure} in ${text}`);
  }
  assert.deepEqual(await dialog.evaluate(hiding), [], "nothing around the dialog hides the list behind it");
  const table = dialog.getByRole("table", { name: "Members" });
  await table.waitFor();
  assert.equal(await table.getByRole("row").count(), 21, "20 users, and the head");
  await dialog.getByRole("button", { name: "Next page" }).click();
  await dialog.getByText("Page 2 of").waitFor();
  assert.equal(new URL(page.url()).searchParams.get("page"), "2");
  const { users } = await console().api.call("adminAudience.getSegmentUsers", { ...key, page: 3 });
  const [sought] = users;
  assert.ok(sought);
  await dialog.getByLabel("Search by name or email").fill(sought.email);
  await dialog.getByText("1 user", { exact: true }).waitFor();
  await table.getByText(sought.email).waitFor();
  assert.ok(!page.url().includes("%40"), "nobody's address stands in the address");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-label")), "View Free Users");
});

/** In the page: the layers around a dialog that are not seen through. */
function hiding(dialog: Element): string[] {
  const found: string[] = [];
  for (let layer = dialog.parentElement; layer !== null && layer !== document.body; layer = layer.parentElement) {
    const { backgroundColor } = getComputedStyle(layer);
    if (backgroundColor !== "rgba(0, 0, 0, 0)") found.push(`${layer.className}: ${backgroundColor}`);
  }
  return found;
}

test("export a segment to CSV", async () => {
  const page = await console().open("/");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export Pro Users" }).click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  assert.equal(lines[0], "User ID,Email,First Name,Last Name,Plan,Last Active,Created At,Added to Segment");
  const members = await membersOn(page, "Pro Users");
  assert.equal(lines.length - 1, members);
  assert.match(download.suggestedFilename(), /\.csv$/);
  await page.getByText(`${members} rows exported`).first().waitFor();
});

test("create a custom segment, with a preview", async () => {
  const page = await console().open("/");
  await page.getByRole("link", { name: "New segment" }).click();
  // Not before it is there: the search of the page before has "name" in its label.
  await page.getByRole("heading", { name: "New segment" }).waitFor();
  await page.getByRole("textbox", { name: "Name" }).fill("Pro with points");
  await page.getByLabel("Value of Plan").selectOption("PRO");
  await page.getByRole("button", { name: "Condition", exact: true }).click();
  const second = page.getByRole("group", { name: "Condition 2", exact: true });
  await second.getByLabel("Field").selectOption("totalPoints");
  await second.getByLabel("Operator").selectOption(">");
  await second.getByLabel("Value of Total points").fill("100");
  const criteria = [
    { field: "plan" as const, operator: "equals" as const, value: "PRO" },
    { field: "totalPoints" as const, operator: ">" as const, value: 100 },
  ];
  const counted = await console().api.call("adminAudience.previewSegment", { combineWith: "AND", criteria });
  const preview = page.getByRole("complementary", { name: "Preview" });
  await preview.getByText("Plan is PRO and total points are more than 100.").waitFor();
  assert.match(
    await preview.innerText(),
    new RegExp(`^Preview\\s+${counted.matchCount} of ${counted.totalUsers.toLocaleString("en-US")} users`),
  );
  assert.match(await second.innerText(), new RegExp(`${counted.conditions[1]?.count.toLocaleString("en-US")} users`));
  await preview.getByText(counted.sampleUsers[0]?.email ?? "nobody").waitFor();
  await page.getByRole("button", { name: "Create segment" }).click();
  const dialog = page.getByRole("dialog", { name: "Pro with points" });
  await dialog.getByText(`${counted.matchCount} user`, { exact: false }).first().waitFor();
  await page.keyboard.press("Escape");
  await cardOf(page, "Pro with points").waitFor();
  assert.equal(await membersOn(page, "Pro with points"), counted.matchCount);
});

test("remove a user, undo it, remove again: they stay out of the next run until restored", async () => {
  const page = await console().open("/segments/plan/premium");
  const dialog = page.getByRole("dialog", { name: "Premium Users" });
  const remove = dialog.getByRole("button", { name: /^Remove / }).first();
  const name = ((await remove.getAttribute("aria-label")) ?? "").replace("Remove ", "");
  const row = dialog.getByRole("button", { name: `Remove ${name}`, exact: true });

  async function removeForAReason() {
    await row.click();
    await page.getByText("this user stays out until restored").waitFor();
    await page.getByLabel("Reason").fill("asked for it");
    await page.getByRole("dialog").last().getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText(`${name} was removed`).first().waitFor();
  }
  await row.click();
  await page.getByLabel("Reason").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction((label) => document.activeElement?.getAttribute("aria-label") === label, `Remove ${name}`);
  await dialog.getByText("Members", { exact: true }).first().waitFor();

  await removeForAReason();
  await row.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Undo/ }).click();
  await row.waitFor();
  await removeForAReason();
  await row.waitFor({ state: "hidden" });

  const before = await console().api.call("adminAudience.listRuns", { limit: 1 });
  await console().api.call("adminAudience.runAutoSegmentation", {});
  await untilRunAfter(before.runs[0]?.runId ?? 0);
  await page.reload();
  await dialog
    .getByRole("button", { name: /^Remove / })
    .first()
    .waitFor();
  assert.equal(await row.count(), 0, "the run did not bring them back");
  await dialog.getByText("Kept out", { exact: true }).click();
  await dialog.getByRole("cell", { name: "asked for it" }).waitFor();
  await dialog.getByRole("button", { name: `Restore ${name}`, exact: true }).click();
  await dialog.getByText("Nobody is kept out").waitFor();
  await dialog.getByText("Members", { exact: true }).first().click();
  await row.waitFor();
});

test("trigger a run, and see the counts change", async () => {
  const page = await console().open("/");
  await cardOf(page, "Premium Users").waitFor();
  const members = await membersOn(page, "Premium Users");
  const user = { id: "new-premium", email: "new@example.org", plan: "PREMIUM", createdAt: "2026-01-01T00:00:00Z" };
  await console().api.call("adminAudience.upsertUsers", { users: [user] });
  await page.getByRole("button", { name: "Run now" }).click();
  await page.waitForFunction((count) => {
    const card = [...document.querySelectorAll("article")].find((card) => card.innerText.includes("Premium Users"));
    return card?.querySelector("strong")?.innerText === String(count);
  }, members + 1);
  const runs = page.getByRole("region", { name: "Runs" });
  await runs.getByText("Last run succeeded").waitFor();
  assert.match(await runs.innerText(), /just now in .* s.* users.*\d+ entered, \d+ left/s);
});

async function untilRunAfter(last: number) {
  const limit = Date.now() + 60_000;
  while (Date.now() < limit) {
    const { runs } = await console().api.call("adminAudience.listRuns", { limit: 1 });
    if (runs[0] !== undefined && runs[0].runId > last && runs[0].state !== "running") return;
  }
  throw new Error("the run did not end");
}
