// Runs: all of them, one of them, and how they are going, on every page.
import { usersCsv } from "../users.ts";
import { expect, test } from "./fixtures.ts";

const users = Array.from({ length: 150 }, (_, place) => {
  return `u${place},u${place}@example.org,First,Last,PREMIUM,USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z`;
});
test.use({ appOptions: { database: "sqlite", users: usersCsv(users) } });

test("all runs are listed, and each has a page with its figures", async ({ page, app }) => {
  const { runs } = await app.api.call("adminAudience.listRuns", { limit: 1 });
  const [last] = runs;
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Runs" })).toBeFocused();
  const row = page.getByRole("table", { name: "Runs" }).getByRole("row").nth(1);
  await expect(row).toContainText("Succeeded");
  await row.getByRole("link", { name: `Run ${last?.runId}` }).click();
  await expect(page.getByRole("heading", { level: 1, name: `Run ${last?.runId}` })).toBeFocused();
  await expect(page.getByRole("region", { name: "Figures" })).toHaveText(/Users evaluated\s*150\s*of 150/, {
    useInnerText: true,
  });
  await page.goBack();
  await expect(row.getByRole("link"), "Back returns the focus").toBeFocused();
  await page.goto("/runs/999999");
  await expect(page.getByRole("heading", { level: 1, name: "This run does not exist" })).toBeVisible();
  await page.goto("/runs/last");
  await expect(page.getByText("Page not found")).toBeVisible();
});

test("what was held back is told by segment, and a confirmation names the numbers", async ({ page, app }) => {
  const moved = Array.from({ length: 100 }, (_, place) => ({
    id: `u${place}`,
    email: `u${place}@example.org`,
    plan: "FREE",
    createdAt: "2025-01-01T00:00:00Z",
  }));
  await app.api.call("adminAudience.upsertUsers", { users: moved });
  await page.goto("/runs");
  const chip = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Runs" });
  await expect(chip).toContainText("Up to date");
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(chip).toContainText("1 problem");
  await page
    .getByRole("link", { name: /^Run \d/ })
    .first()
    .click();
  const held = page.getByRole("region", { name: "Held back" });
  await expect(held.getByRole("row").nth(1)).toHaveText(/Premium Users\s*100\s*150\s*66.7%/);
  await held.getByRole("button", { name: "Run again and allow removals in “Premium Users”…" }).click();
  const dialog = page.getByRole("dialog", { name: "Allow these removals?" });
  await expect(dialog.getByRole("listitem")).toHaveText("“Premium Users”: 100 of 150 members");
  const asked = page.waitForRequest((request) => request.postData()?.includes("runAutoSegmentation") === true);
  await dialog.getByRole("button", { name: "Remove 100 members" }).click();
  expect((await asked).postDataJSON().params).toEqual({ allowShrinkIn: ["plan:premium"] });
  await expect(chip).toContainText("Up to date");
  await expect(
    held.getByRole("link", { name: "See the latest run" }),
    "an earlier run has nothing to allow",
  ).toBeVisible();
});
