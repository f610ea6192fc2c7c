// The manual checklist of the product's description, item by item.
import { readFileSync } from "node:fs";
import { type Api, chooseField, expect, membersOn, rowOf, rowsOf, test } from "./fixtures.ts";

test.use({ appOptions: {} });

test("view all segments", async ({ page, app }) => {
  await page.goto("/");
  const { segments } = await app.api.call("adminAudience.getSegments", {});
  await expect(rowsOf(page).first()).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(13);
  for (const { name, userCount } of segments) expect(await membersOn(page, name), name).toBe(userCount);
  const { segmentedUsers } = await app.api.call("adminAudience.getAudienceSize", {});
  const overview = page.getByRole("region", { name: "Overview" });
  await expect(overview.getByText(segmentedUsers.toLocaleString("en-US"), { exact: true })).toBeVisible();
  expect(await overview.innerText()).toMatch(/Total segments\s+13\s/);
  await expect(page.getByRole("img", { name: /^Size over 30 days/ }).nth(12)).toBeVisible();
});

test("search segments by name, and find the search in the address", async ({ page }) => {
  await page.goto("/");
  await expect(rowsOf(page).nth(12)).toBeVisible();
  await page.getByLabel("Search segments").fill("AZURE");
  await expect(rowOf(page, "Azure Focus")).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(1);
  expect(new URL(page.url()).search).toBe("?q=AZURE");
  await page.getByLabel("Search segments").fill("zzz");
  await expect(page.getByText("No segments match “zzz”")).toBeVisible();
  await page.getByRole("link", { name: "Show all segments" }).click();
  await expect(rowsOf(page).nth(12)).toBeVisible();
  await page.getByText("Inactive", { exact: true }).first().click();
  await expect(page.getByText("No inactive segments")).toBeVisible();
});

test("view segment details with the list of users", async ({ page, app }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "View Free Users" }).click();
  const dialog = page.getByRole("dialog", { name: "Free Users" });
  const key = { segmentType: "plan", segmentValue: "free" } as const;
  const stats = await app.api.call("adminAudience.getSegmentStats", { ...key, days: 30 });
  const figures = dialog.getByRole("region", { name: "Figures" });
  await expect(figures.getByText("members now")).toBeVisible();
  const text = (await figures.innerText()).replaceAll(",", "");
  for (const [label, figure, note] of [
    ["Current size", stats.currentCount, "members now"],
    ["Joined", stats.addedCount, "Last 30 days"],
    ["Left", stats.removedCount, "Last 30 days"],
  ] as const) {
    expect(text, `${label} ${figure} in ${text}`).toContain(`${label}\n${figure}\n${note}`);
  }
  expect(await dialog.evaluate(hiding), "nothing around the dialog hides the list behind it").toEqual([]);
  const table = dialog.getByRole("table", { name: "Members" });
  await expect(table).toBeVisible();
  await expect(table.getByRole("row"), "20 users, and the head").toHaveCount(21);
  await dialog.getByRole("button", { name: "Next page" }).click();
  await expect(dialog.getByText("Page 2 of")).toBeVisible();
  expect(new URL(page.url()).searchParams.get("page")).toBe("2");
  const { users } = await app.api.call("adminAudience.getSegmentUsers", { ...key, page: 3 });
  const sought = users[0]?.email ?? "nobody";
  await dialog.getByLabel("Search by name, email or ID").fill(sought);
  await expect(dialog.getByText("1 user", { exact: true })).toBeVisible();
  await expect(table.getByText(sought)).toBeVisible();
  expect(page.url(), "nobody's address stands in the address").not.toContain("%40");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe("View Free Users");
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

test("export a segment to CSV", async ({ page }) => {
  await page.goto("/");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export Pro Users" }).click(),
  ]);
  const lines = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(lines[0]).toBe("User ID,Email,First Name,Last Name,Plan,Last Active,Created At,Added to Segment");
  const members = await membersOn(page, "Pro Users");
  expect(lines.length - 1).toBe(members);
  expect(download.suggestedFilename()).toMatch(/\.csv$/);
  await expect(page.getByText(`${members} rows exported`).first()).toBeVisible();
});

test("create a custom segment, with a preview", async ({ page, app }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "New custom segment" }).click();
  // Not before it is there: the search of the page before has "name" in its label.
  await expect(page.getByRole("heading", { name: "New segment" })).toBeVisible();
  await page.getByRole("textbox", { name: "Name" }).fill("Pro with points");
  await page.getByLabel("Value of Plan").selectOption("PRO");
  await page.getByRole("button", { name: "Add condition to Definition" }).click();
  const second = page.getByRole("group", { name: "Condition 2", exact: true });
  await chooseField(second.getByLabel("Field"), "Total points");
  await second.getByLabel("Operator").selectOption(">");
  await second.getByLabel("Value of Total points").fill("100");
  const criteria = [
    { field: "plan" as const, operator: "equals" as const, value: "PRO" },
    { field: "totalPoints" as const, operator: ">" as const, value: 100 },
  ];
  const counted = await app.api.call("adminAudience.previewSegment", { combineWith: "AND", criteria });
  const preview = page.getByRole("complementary", { name: "Preview" });
  await expect(preview.getByText("Plan is PRO and total points are more than 100.")).toBeVisible();
  expect(await preview.innerText()).toMatch(
    new RegExp(`^Preview\\s+${counted.matchCount} of ${counted.totalUsers.toLocaleString("en-US")} users`),
  );
  expect(await second.innerText()).toMatch(new RegExp(`${counted.conditions[1]?.count.toLocaleString("en-US")} users`));
  await expect(preview.getByText(counted.sampleUsers[0]?.email ?? "nobody")).toBeVisible();
  await page.getByRole("button", { name: "Create segment" }).click();
  const dialog = page.getByRole("dialog", { name: "Pro with points" });
  await expect(dialog.getByText(`${counted.matchCount} user`, { exact: false }).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(rowOf(page, "Pro with points")).toBeVisible();
  expect(await membersOn(page, "Pro with points")).toBe(counted.matchCount);
});

test("remove a user, undo it, remove again: they stay out of the next run until restored", async ({ page, app }) => {
  await page.goto("/segments/plan/premium");
  const dialog = page.getByRole("dialog", { name: "Premium Users" });
  const remove = dialog.getByRole("button", { name: /^Remove / }).first();
  const name = ((await remove.getAttribute("aria-label")) ?? "").replace("Remove ", "");
  const row = dialog.getByRole("button", { name: `Remove ${name}`, exact: true });

  async function removeForAReason() {
    await row.click();
    await expect(page.getByText("stay out until restored, even if they match the definition")).toBeVisible();
    await page.getByLabel("Reason").fill("asked for it");
    await page.getByRole("dialog").last().getByRole("button", { name: "Remove", exact: true }).click();
    await expect(page.getByText(`${name} was removed`).first()).toBeVisible();
  }
  await row.click();
  await expect(page.getByLabel("Reason")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.waitForFunction((label) => document.activeElement?.getAttribute("aria-label") === label, `Remove ${name}`);
  await expect(dialog.getByText("Members", { exact: true }).first()).toBeVisible();

  await removeForAReason();
  await expect(row).toBeHidden();
  await page.getByRole("button", { name: /^Undo/ }).click();
  await expect(row).toBeVisible();
  await removeForAReason();
  await expect(row).toBeHidden();

  const before = await app.api.call("adminAudience.listRuns", { limit: 1 });
  await app.api.call("adminAudience.runAutoSegmentation", {});
  await untilRunAfter(app.api, before.runs[0]?.runId ?? 0);
  await page.reload();
  await expect(dialog.getByRole("button", { name: /^Remove / }).first()).toBeVisible();
  await expect(row, "the run did not bring them back").toHaveCount(0);
  await dialog.getByText("Excluded", { exact: true }).click();
  await expect(dialog.getByRole("cell", { name: "asked for it" })).toBeVisible();
  await dialog.getByRole("button", { name: `Restore ${name}`, exact: true }).click();
  await expect(dialog.getByText("No one is excluded")).toBeVisible();
  await dialog.getByText("Members", { exact: true }).first().click();
  await expect(row).toBeVisible();
});

test("trigger a run, and see the counts change", async ({ page, app }) => {
  await page.goto("/");
  await expect(rowOf(page, "Premium Users")).toBeVisible();
  const members = await membersOn(page, "Premium Users");
  const user = { id: "new-premium", email: "new@example.org", plan: "PREMIUM", createdAt: "2026-01-01T00:00:00Z" };
  await app.api.call("adminAudience.upsertUsers", { users: [user] });
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(rowOf(page, "Premium Users").locator("strong")).toHaveText(String(members + 1));
  const runs = page.getByRole("region", { name: "Runs" });
  await expect(runs.getByText("Last run succeeded")).toBeVisible();
  expect(await runs.innerText()).toMatch(/just now in .* s.* users.*\d+ joined, \d+ left/s);
});

async function untilRunAfter(api: Api, last: number) {
  const limit = Date.now() + 60_000;
  while (Date.now() < limit) {
    const { runs } = await api.call("adminAudience.listRuns", { limit: 1 });
    if (runs[0] !== undefined && runs[0].runId > last && runs[0].state !== "running") return;
  }
  throw new Error("the run did not end");
}
