// A person and a segment, each with a page: why they are in or not, and the way in and out.
import { expectAccessible } from "./accessible.ts";
import { type Api, expect, test } from "./fixtures.ts";

test.use({ appOptions: {} });

/** Somebody who is in a segment, and not in another. */
async function someone(api: Api) {
  const key = { segmentType: "plan", segmentValue: "free" } as const;
  const { users } = await api.call("adminAudience.getSegmentUsers", key);
  const user = users.find(({ firstName }) => firstName !== null);
  if (user === undefined) throw new Error("there is nobody on the free plan");
  return { id: user.id, name: `${user.firstName} ${user.lastName}`, email: user.email };
}

test("a member has a page, with the segments they are in and why", async ({ page, app }) => {
  const { id, name } = await someone(app.api);
  const { segments } = await app.api.call("adminAudience.getUserSegments", { userId: id });
  await page.goto("/segments/plan/free/members");
  await page.getByRole("link", { name, exact: true }).first().click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
  expect(page.url(), "an id, and nothing else about them").toMatch(new RegExp(`/people/${id}$`));
  const profile = page.getByRole("region", { name: "Profile" });
  await expect(profile.getByText(/^Plan\s*FREE$/)).toBeVisible();
  await expect(profile.getByRole("term").filter({ hasText: "Country" })).toBeVisible();
  const table = page.getByRole("table", { name: "Segments now" });
  await expect(table.getByRole("row")).toHaveCount(segments.length + 1);
  await table.getByRole("button", { name: "Why in Free Users?" }).click();
  await expect(page.getByRole("dialog").getByText("Plan is FREE")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.goBack();
  await expect(page.getByRole("link", { name, exact: true }).first(), "Back returns the focus").toBeFocused();
});

test("somebody is added to a segment by hand, excluded from it, and restored", async ({ page, app }) => {
  const { id, name } = await someone(app.api);
  await page.goto("/people");
  await page.getByLabel("Search by name, email or ID").fill(id);
  await page
    .getByRole("row")
    .filter({ has: page.getByRole("cell", { name: id, exact: true }) })
    .getByRole("link")
    .click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeFocused();
  await page.getByLabel("Segment", { exact: true }).selectOption("plan:pro");
  await expect(page.getByText("Not a member")).toBeVisible();
  await expect(page.getByText("Plan is PRO")).toBeVisible();
  await page.getByRole("button", { name: "Add anyway…" }).click();
  await page.getByLabel("Reason").fill("a guest");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  const overrides = page.getByRole("table", { name: "Added or excluded by hand" });
  await expect(overrides.getByRole("row").nth(1)).toHaveText(/Pro Users\s*Added.*a guest/s);
  await expect(page.getByRole("table", { name: "Segments now" })).toContainText("Added by frontend");
  await page.goto("/segments/plan/pro/included");
  await expect(page.getByRole("table", { name: "Users added by hand" }).getByRole("row").nth(1)).toContainText(
    "a guest",
  );
  await page.goBack();
  await page.getByLabel("Segment", { exact: true }).selectOption("plan:pro");
  await page.getByRole("button", { name: "Exclude…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(overrides.getByRole("row").nth(1)).toHaveText(/Pro Users\s*Excluded/s);
  await overrides.getByRole("button", { name: /^Restore/ }).click();
  await expect(overrides).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Activity" })).toContainText("Restored to a segment");
  await page.getByRole("button", { name: "Evaluate now" }).click();
  await expect(page.getByText("Nothing changed.").first()).toBeVisible();
});

test("an id that nobody has says so, and erasing takes a role", async ({ page, app }) => {
  await page.goto("/people/nobody");
  await expect(page.getByRole("heading", { level: 1, name: "No user has this ID" })).toBeVisible();
  const { id } = await someone(app.api);
  await page.goto(`/people/${id}`);
  await page.getByRole("button", { name: "Erase…" }).click();
  await page.getByRole("button", { name: "Erase user" }).click();
  await expect(page.getByText("You need the SUPERADMIN role.")).toBeVisible();
  await expectAccessible(page, true);
});

test("the tabs of a segment have addresses, and keep the focus", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Free Users", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Free Users" })).toBeFocused();
  const tabs = page.getByRole("navigation", { name: "Segment" });
  for (const [tab, path, seen] of [
    ["Members", "members", page.getByRole("table", { name: "Members" })],
    ["Joined", "joined", page.getByRole("button", { name: "Export joined" })],
    ["Left", "left", page.getByRole("button", { name: "Export left" })],
    ["Excluded", "excluded", page.getByText("No one is excluded")],
    ["Added by hand", "included", page.getByText("No one was added by hand")],
    ["Conversion", "conversion", page.getByRole("button", { name: "Count" })],
    ["Definition", "definition", page.getByText("Plan is FREE.", { exact: true })],
    ["Sync", "sync", page.getByRole("heading", { name: "Resend" })],
    ["Activity", "activity", page.getByText("Nothing found")],
    ["Overview", "overview", page.getByRole("region", { name: "Figures" })],
  ] as const) {
    const link = tabs.getByRole("link", { name: tab, exact: true });
    await link.click();
    await expect(seen, tab).toBeVisible();
    await expect(link).toHaveAttribute("aria-current", "page");
    await expect(link).toBeFocused();
    expect(new URL(page.url()).pathname).toBe(`/segments/plan/free/${path}`);
  }
  await page.goBack();
  await expect(tabs.getByRole("link", { name: "Activity" })).toHaveAttribute("aria-current", "page");
  await page.goto("/segments/plan/free/nothing");
  await expect(page.getByText("Page not found")).toBeVisible();
});
