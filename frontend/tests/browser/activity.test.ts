// The audit log: who did what, when, and to what.
import { expect, test } from "./fixtures.ts";

test.use({ appOptions: {} });

test("the latest entries are listed, and filters find one in the address", async ({ page, app }) => {
  const key = { segmentType: "plan", segmentValue: "premium" } as const;
  const { users } = await app.api.call("adminAudience.getSegmentUsers", key);
  const userId = users[0]?.id ?? "nobody";
  await app.api.call("adminAudience.removeUserFromSegment", { ...key, userId, reason: "asked for it" });
  await page.goto("/activity");
  await expect(page.getByRole("heading", { level: 1, name: "Activity" })).toBeFocused();
  const first = page.getByRole("table", { name: "Activity" }).getByRole("row").nth(1);
  await expect(first).toContainText("frontend");
  await expect(first).toContainText("Removed from a segment");
  await expect(first).toContainText(`user ${userId}`);
  await expect(first).toContainText("Reason: asked for it");
  await page.getByLabel("User ID").fill(userId);
  await page.getByLabel("User ID").press("Enter");
  await expect(page.getByRole("table", { name: "Activity" }).getByRole("row")).toHaveCount(2);
  await page.getByLabel("User ID").fill("");
  await page.getByLabel("User ID").press("Enter");
  await page.getByLabel("Who").selectOption("command line");
  await expect(first).not.toContainText("Removed from a segment");
  await page.getByLabel("What").selectOption("import");
  await expect(first).toContainText("Imported data");
  expect(new URL(page.url()).search).toBe("?who=command+line&what=import");
  await page.getByLabel("To").fill("2020-01-01");
  await expect(page.getByText("Nothing found")).toBeVisible();
  await page.getByLabel("Who").selectOption("");
  await page.getByLabel("What").selectOption("");
  await page.getByLabel("To").fill("");
  await first.getByRole("link", { name: "Premium Users" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Premium Users" })).toBeFocused();
});
