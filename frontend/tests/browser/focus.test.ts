// Where the focus goes when what had it is gone, and what the keyboard alone reaches.
import type { Page } from "@playwright/test";
import { type Api, expect, rowOf, test } from "./fixtures.ts";

test.use({ appOptions: {} });

/** A custom segment, by its id. */
async function custom(api: Api, name: string): Promise<string> {
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 3 }];
  const made = await api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  return made.segment.segmentValue;
}

async function press(page: Page, name: string | RegExp) {
  await page.getByRole("button", { name }).first().focus();
  await page.keyboard.press("Enter");
}

test("the keyboard alone removes a user and undoes it", async ({ page }) => {
  await page.goto("/segments/plan/premium");
  const detail = page.getByRole("dialog", { name: "Premium Users" });
  const remove = detail.getByRole("button", { name: /^Remove / }).first();
  const name = ((await remove.getAttribute("aria-label")) ?? "").replace("Remove ", "");
  await press(page, `Remove ${name}`);
  await expect(page.getByLabel("Reason")).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(detail.getByRole("button", { name: "Undo" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(detail.getByRole("button", { name: `Remove ${name}`, exact: true })).toBeVisible();
  await expect(detail.getByRole("heading", { name: "Members", exact: true })).toBeFocused();
  await expect(detail.getByRole("region", { name: "Notifications" })).toContainText(`${name} was restored`);
  await detail.getByRole("button", { name: "Dismiss message" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText(`${name} was restored`, { exact: true })).toHaveCount(0);
});

test("the dialog about a deletion returns the focus to the menu, and then to the next row", async ({ page, app }) => {
  await custom(app.api, "AAA to be deleted");
  await custom(app.api, "AAB next to it");
  await page.goto("/");
  const open = async () => {
    await press(page, "More actions for AAA to be deleted");
    await page.getByRole("menuitem", { name: "Delete…" }).press("Enter");
    await expect(page.getByRole("dialog", { name: "Delete AAA to be deleted?" })).toBeVisible();
  };
  await expect(rowOf(page, "AAA to be deleted")).toBeVisible();
  await open();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "More actions for AAA to be deleted" })).toBeFocused();
  await open();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Delete/ })
    .press("Enter");
  await expect(rowOf(page, "AAA to be deleted")).toHaveCount(0);
  await page.waitForFunction(() => document.activeElement !== document.body);
  expect(await page.evaluate(() => document.activeElement?.closest("tr, main")?.tagName)).toBe("TR");
});

test("each page that opens has its heading focused", async ({ page, app }) => {
  const id = await custom(app.api, "To be opened");
  const heading = (name: string) => page.getByRole("heading", { level: 1, name, exact: true });
  await page.goto("/");
  await expect(heading("Segments")).toBeFocused();
  for (const name of ["People", "Analytics", "Sync", "Runs", "Activity", "Settings", "Segments"]) {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
    await expect(heading(name)).toBeFocused();
  }
  await page.getByRole("link", { name: "New custom segment" }).click();
  await expect(heading("New segment")).toBeFocused();
  await page.goBack();
  await expect(page.getByRole("link", { name: "New custom segment" }), "what had it before").toBeFocused();
  await page.goto(`/segments/custom/${id}`);
  await expect(
    page.getByRole("dialog").getByRole("heading", { name: "To be opened" }),
    "of a dialog, too",
  ).toBeFocused();
  await page.getByRole("link", { name: "Edit" }).click();
  await expect(heading("Edit segment")).toBeFocused();
  for (const [path, name] of [
    ["/nowhere", "Page not found"],
    ["/segments/gone/edit", "This segment does not exist"],
  ] as const) {
    await page.goto(path);
    await expect(heading(name)).toBeFocused();
  }
});

test("what was closed with Escape is not opened again by Back, and looks as it does on a fresh page", async ({
  page,
}) => {
  // The page of a segment loads styles that the dialog shares.
  await page.goto("/segments/plan/pro/overview");
  await expect(page.getByRole("heading", { level: 1, name: "Pro Users" })).toBeFocused();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Segments" }).click();
  await page.getByRole("link", { name: "View Pro Users" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Pro Users" });
  const body = dialog
    .getByRole("region", { name: "Figures" })
    .locator("xpath=ancestor::*[contains(@class, 'Modal-body')]");
  await expect(body).toHaveCSS("padding-left", "24px");
  await expect(dialog.getByRole("heading", { name: "Pro Users" })).toHaveCSS("font-weight", "640");
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(page).toHaveURL(/\/$/);
  await page.goBack();
  await expect(page.getByRole("heading", { level: 1, name: "Pro Users" })).toBeVisible();
  await expect(dialog).toHaveCount(0);
});

test("a button that was busy has the focus again", async ({ page }) => {
  await page.goto("/segments/lifecycle/churned/joined");
  await press(page, "Export joined");
  await expect(page.getByText(/rows? exported|nothing to export/).first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Export joined" })).toBeFocused();
  await page.goto("/runs");
  await press(page, "Run now");
  await expect(page.getByRole("button", { name: "Run now" })).toBeDisabled();
  await expect(page.getByRole("button", { name: "Run now" })).toBeFocused();
});

test("going back from a segment returns the focus to its row", async ({ page }) => {
  await page.goto("/");
  const view = page.getByRole("link", { name: "View Pro Users" });
  await view.press("Enter");
  await expect(page.getByRole("dialog", { name: "Pro Users" }).getByRole("table", { name: "Members" })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(view).toBeFocused();
});
