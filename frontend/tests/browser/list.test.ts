// The list of segments: order, filters, views, and what is done with several of them.
import { type Api, expect, rowOf, rowsOf, test } from "./fixtures.ts";

test.use({ appOptions: {} });

/** A custom segment, by its id. */
async function custom(api: Api, name: string): Promise<string> {
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 3 }];
  const made = await api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  return made.segment.segmentValue;
}

test("columns sort, and the order is in the address", async ({ page, app }) => {
  const { segments } = await app.api.call("adminAudience.getSegments", {});
  const largest = segments.reduce((one, other) => (other.userCount > one.userCount ? other : one));
  await page.goto("/");
  const members = page.getByRole("columnheader", { name: "Members" });
  await members.getByRole("button").click();
  await expect(members).toHaveAttribute("aria-sort", "descending");
  await expect(rowsOf(page).first()).toContainText(largest.name);
  expect(new URL(page.url()).search).toBe("?sort=-members");
  await page.reload();
  await expect(rowsOf(page).first()).toContainText(largest.name);
  await members.getByRole("button").click();
  await members.getByRole("button").click();
  await expect(rowsOf(page).first()).toContainText("Free Users");
  expect(new URL(page.url()).search).toBe("");
});

test("filters leave some, say how many, and Back from a segment brings them back", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Lifecycle" }).click();
  await page.getByRole("button", { name: "Plan" }).click();
  await page.getByRole("button", { name: "Group by type" }).click();
  await expect(page.getByText("7 of 13 segments")).toBeVisible();
  await expect(rowsOf(page)).toHaveCount(9);
  await expect(page.getByRole("rowheader", { name: "Lifecycle 4" })).toBeVisible();
  await page.getByRole("link", { name: "View Churned Users" }).click();
  await expect(page.getByRole("dialog", { name: "Churned Users" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByText("7 of 13 segments")).toBeVisible();
  await page.getByText("Needs attention").click();
  await page.getByRole("link", { name: "Show all segments" }).click();
  await expect(rowsOf(page)).toHaveCount(13);
});

test("cards are a choice, which the address keeps", async ({ page }) => {
  await page.goto("/");
  await page.getByText("Cards", { exact: true }).click();
  await expect(page.getByRole("article")).toHaveCount(13);
  expect(new URL(page.url()).search).toBe("?view=cards");
  await page.reload();
  await expect(page.getByRole("article", { name: "Pro Users" })).toBeVisible();
});

test("a view is saved under a name, and opened later", async ({ page }) => {
  await page.goto("/?sort=-members");
  await page.getByRole("button", { name: "Plan" }).click();
  await page.getByRole("button", { name: "Saved views…" }).click();
  await page.getByLabel("Save the list as it is").fill("Largest plans");
  await page.keyboard.press("Enter");
  await expect(page.getByText("View “Largest plans” saved").first()).toBeVisible();
  await page.goto("/?show=attention");
  await page.getByRole("button", { name: "Saved views…" }).click();
  await page.getByRole("button", { name: "Largest plans", exact: true }).click();
  await expect(page.getByText("3 of 13 segments")).toBeVisible();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ sort: "-members", type: "plan" });
});

test("several segments are archived and activated at once, after a question that names them", async ({ page, app }) => {
  await custom(app.api, "One of two");
  await custom(app.api, "Two of two");
  await page.goto("/?sort=-changed&q=two");
  await page.getByLabel("Select all segments listed").check();
  await page.getByLabel("Clear search").click();
  await page.getByLabel("Select Free Users").check();
  const bar = page.getByRole("region", { name: "Selected segments" });
  await expect(bar.getByText("3 selected")).toBeVisible();
  await bar.getByRole("button", { name: "Archive…" }).click();
  const dialog = page.getByRole("dialog", { name: "Archive 2 segments?" });
  await expect(dialog.getByRole("listitem")).toHaveText([/^One of two: /, /^Two of two: /]);
  await expect(dialog.getByText("1 built-in segment can't be archived and will be left out.")).toBeVisible();
  await dialog.getByRole("button", { name: "Archive 2 segments" }).click();
  await expect(rowOf(page, "One of two").getByText("Inactive")).toBeVisible();
  await expect(rowOf(page, "Two of two").getByText("Inactive")).toBeVisible();
  await expect(bar, "the selection is done with").toHaveCount(0);
  await page.getByLabel("Select One of two").check();
  await bar.getByRole("button", { name: "Activate…" }).click();
  await page.getByRole("button", { name: "Activate 1 segment" }).click();
  await expect(rowOf(page, "One of two").getByText("Active", { exact: true })).toBeVisible();
});

test("several segments are exported, each as a file", async ({ page }) => {
  await page.goto("/");
  const files: string[] = [];
  page.on("download", (download) => files.push(download.suggestedFilename()));
  await page.getByLabel("Select Free Users").check();
  await page.getByLabel("Select Pro Users").check();
  await page.getByRole("region", { name: "Selected segments" }).getByRole("button", { name: "Export" }).click();
  await expect(page.getByText("2 files exported").first()).toBeVisible();
  expect(files.map((file) => file.replace(/-\d.*/, "")).sort()).toEqual(["free-users", "pro-users"]);
});

test("a message does not cover the buttons of a dialog, and a deletion on the segment's page leads to the list", async ({
  page,
  app,
}) => {
  const id = await custom(app.api, "Soon gone");
  await page.goto(`/segments/custom/${id}/overview`);
  const more = page.getByRole("button", { name: "More actions for Soon gone" });
  await more.click();
  await page.getByRole("menuitem", { name: "Archive" }).click();
  await expect(page.getByText("Soon gone is archived", { exact: true })).toBeVisible();
  await more.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  const confirm = page.getByRole("dialog").getByRole("button", { name: "Delete segment" });
  await expect(page.getByRole("dialog").getByText("Soon gone is archived", { exact: true })).toBeVisible();
  await confirm.click({ trial: true, timeout: 5_000 });
  await confirm.click();
  await expect(page.getByText("Soon gone was deleted", { exact: true })).toBeVisible();
  expect(new URL(page.url()).pathname).toBe("/");
  await expect(page.getByText("This segment does not exist")).toHaveCount(0);
});
