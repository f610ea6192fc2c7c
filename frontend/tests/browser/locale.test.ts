// Dates and numbers as in the reader's region, in the reader's zone, which is named.
import { usersCsv } from "../users.ts";
import { expect, test } from "./fixtures.ts";

const users = Array.from({ length: 1_000 }, (_, place) => {
  const times = "2026-10-26T18:02:00Z,2026-01-01T00:00:00Z";
  return `many-${place},many-${place}@example.org,First,Last,PREMIUM,USER,0,0,1,${times}`;
});
test.use({ appOptions: { users: usersCsv(users) }, locale: "de-DE", timezoneId: "Asia/Kolkata" });

test("dates, times and numbers are written as in the reader's region, with English words", async ({ page }) => {
  await page.goto("/segments/plan/premium");
  const detail = page.getByRole("dialog", { name: "Premium Users" });
  await expect(detail.getByRole("cell", { name: "26 Oct 2026, 23:32" }).first()).toBeVisible();
  await expect(
    detail
      .getByRole("region", { name: "Figures" })
      .getByText(/^1\.0\d\d$/)
      .first(),
  ).toBeVisible();
  await expect(
    detail.getByText("Times are in Asia/Kolkata.").or(detail.getByText("Times are in Asia/Calcutta.")),
  ).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("contentinfo").getByText(/^Times are in Asia/)).toHaveCount(1);
});
