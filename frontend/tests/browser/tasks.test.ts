// What admins come for, in clicks. Typing is no click; a native select is two.
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { type Api, expect, rowOf, test } from "./fixtures.ts";

test.use({ appOptions: {} });

/** Counts what it clicks. */
function counting() {
  let clicks = 0;
  return {
    async click(target: Locator) {
      clicks += 1;
      await target.click();
    },
    async select(target: Locator, value: string) {
      clicks += 2;
      await target.selectOption(value);
    },
    done: (most: number) => expect(clicks, "clicks").toBeLessThanOrEqual(most),
  };
}

/** A member of one segment who is not in another. */
async function someoneIn(api: Api, segmentValue: string): Promise<string> {
  const { users } = await api.call("adminAudience.getSegmentUsers", { segmentType: "plan", segmentValue });
  const [user] = users;
  if (user === undefined) throw new Error(`nobody is in ${segmentValue}`);
  return user.id;
}

const mainLink = (page: Page, name: string) =>
  page.getByRole("navigation", { name: "Main" }).getByRole("link", { name });

test("why somebody is not in a segment", async ({ page, app }) => {
  const id = await someoneIn(app.api, "free");
  const task = counting();
  await page.goto("/");
  await task.click(page.getByRole("link", { name: "View Pro Users" }));
  await task.click(page.getByLabel("Search by name, email or ID"));
  await page.keyboard.type(id);
  await task.click(page.getByRole("button", { name: /^Why not / }));
  const why = page.getByRole("dialog", { name: /^Why is .+ not in Pro Users\?$/ });
  await expect(why.getByText("Plan is PRO")).toBeVisible();
  await expect(why.getByText("FREE")).toBeVisible();
  task.done(3);
});

test("who churned in the last month, as a file", async ({ page, app }) => {
  const key = { segmentType: "lifecycle", segmentValue: "churned" } as const;
  const { addedCount } = await app.api.call("adminAudience.getSegmentStats", { ...key, days: 30 });
  const task = counting();
  await page.goto("/");
  await task.click(page.getByRole("link", { name: "Churned Users", exact: true }));
  await task.click(page.getByRole("link", { name: /joined: see who$/ }));
  await expect(page.getByRole("heading", { level: 3, name: `Joined ${addedCount}` })).toBeVisible();
  const file = page.waitForEvent("download");
  await task.click(page.getByRole("button", { name: "Export joined" }));
  const lines = readFileSync(await (await file).path(), "utf8")
    .trim()
    .split("\r\n");
  expect(lines).toHaveLength(Math.min(addedCount, 5_000) + 1);
  task.done(5);
});

test("add somebody by hand", async ({ page, app }) => {
  const id = await someoneIn(app.api, "free");
  const task = counting();
  await page.goto("/");
  await task.click(page.getByRole("link", { name: "View Premium Users" }));
  await task.click(page.getByRole("button", { name: "Add person…" }));
  await expect(page.getByRole("combobox", { name: "Person" })).toBeFocused();
  await page.keyboard.type(id);
  await task.click(page.getByRole("button", { name: "Add", exact: true }));
  await expect(page.getByText(`${id} was added`, { exact: true }).first()).toBeVisible();
  task.done(4);
  const { segments } = await app.api.call("adminAudience.getUserSegments", { userId: id });
  expect(segments.map(({ name }) => name)).toContain("Premium Users");
});

test("put somebody back who was removed", async ({ page, app }) => {
  const userId = await someoneIn(app.api, "pro");
  const key = { segmentType: "plan", segmentValue: "pro" } as const;
  await app.api.call("adminAudience.removeUserFromSegment", { ...key, userId });
  const task = counting();
  await page.goto("/");
  await task.click(page.getByRole("link", { name: "View Pro Users" }));
  await task.click(page.getByText("Excluded", { exact: true }));
  await task.click(page.getByRole("button", { name: /^Restore / }).first());
  await expect(page.getByText("No one is excluded")).toBeVisible();
  task.done(3);
});

test("compare two segments, and make a segment of what they have in common", async ({ page, app }) => {
  const segments = ["plan:free", "lifecycle:churned"];
  const answer = await app.api.call("adminAudience.getSegmentOverlap", { segments });
  const task = counting();
  await page.goto("/");
  await task.click(page.getByLabel("Select Free Users"));
  await task.click(page.getByLabel("Select Churned Users"));
  await task.click(page.getByRole("link", { name: "Compare" }));
  await expect(page.getByRole("heading", { level: 1, name: "Compare segments" })).toBeFocused();
  const both = page.getByRole("table", { name: "In common" }).getByRole("row").nth(1);
  await expect(both).toContainText(String(answer.pairs[0]?.both));
  task.done(4);
  await both.getByRole("link", { name: "Make a segment: In both" }).click();
  await expect(page.getByRole("complementary", { name: "Preview" })).toContainText(`${answer.pairs[0]?.both} of`);
  await page.goBack();
  await page.goBack();
  await expect(page.getByLabel("Select Free Users"), "what was selected still is").toBeChecked();
});

test("what changed since last week, at a glance", async ({ page, app }) => {
  const key = { segmentType: "lifecycle", segmentValue: "churned" } as const;
  const { addedCount, removedCount } = await app.api.call("adminAudience.getSegmentStats", { ...key, days: 7 });
  const change = addedCount - removedCount;
  const task = counting();
  await page.goto("/");
  const text = change > 0 ? `+${change}` : String(change);
  await expect(rowOf(page, "Churned Users").locator("[data-column=change7]")).toHaveText(text);
  task.done(0);
});

test("who changed something, and what", async ({ page, app }) => {
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 3 }];
  await app.api.call("adminAudience.createCustomSegment", { name: "Made today", combineWith: "AND", criteria });
  const task = counting();
  await page.goto("/");
  await task.click(mainLink(page, "Activity"));
  const first = page.getByRole("table", { name: "Activity" }).getByRole("row").nth(1);
  await expect(first).toContainText("Created a segment");
  await expect(first).toContainText("Made today");
  await expect(first).toContainText("frontend");
  task.done(1);
});

test("find a segment by its name", async ({ page }) => {
  const task = counting();
  await page.goto("/");
  await task.click(page.getByLabel("Search segments"));
  await page.keyboard.type("azure");
  await task.click(page.getByRole("link", { name: "Azure Focus", exact: true }));
  await expect(page.getByRole("heading", { level: 1, name: "Azure Focus" })).toBeVisible();
  task.done(2);
});

test("a segment of those who have PRO, and a streak of more than 7 or more than 5,000 points", async ({
  page,
  app,
}) => {
  const task = counting();
  await page.goto("/");
  await task.click(page.getByRole("link", { name: "New custom segment" }));
  await expect(page.getByRole("heading", { level: 1, name: "New segment" })).toBeFocused();
  for (let tab = 0; tab < 3; tab += 1) await page.keyboard.press("Tab");
  await page.keyboard.type("Engaged PRO users");
  await task.select(page.getByLabel("Value of Plan"), "PRO");
  await task.click(page.getByRole("button", { name: "Add group to Definition" }));
  const group = page.getByRole("group", { name: "Group 2", exact: true });
  const fill = async (place: number, field: string, value: string) => {
    await task.click(group.getByLabel("Field").nth(place));
    await page.keyboard.type(field);
    await task.click(group.getByRole("option", { name: field }));
    await task.select(group.getByLabel("Operator").nth(place), ">");
    await group.getByLabel("Operator").nth(place).focus();
    await page.keyboard.press("Tab");
    await page.keyboard.type(value);
  };
  await fill(0, "Current streak", "7");
  await task.click(group.getByRole("button", { name: "Add condition to Group 2" }));
  await fill(1, "Total points", "5000");
  await task.click(group.getByText("Match any"));
  await task.click(page.getByRole("button", { name: "Create segment" }));
  await expect(page.getByRole("dialog", { name: "Engaged PRO users" })).toBeVisible();
  task.done(15);
  const { segments } = await app.api.call("adminAudience.getSegments", { searchQuery: "Engaged PRO users" });
  expect(segments[0]?.criteriaInWords).toBe(
    "plan is PRO; and current streak is more than 7 or total points are more than 5000",
  );
});
