// A slow network: nothing is shown that is not so, and something is shown at once.
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

test.use({ appOptions: {} });

/** Holds back the answers to one method until it is let go. */
async function hold(page: Page, method: string, params: object = {}): Promise<() => void> {
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route("**/rpc", async (route) => {
    const asked = route.request().postDataJSON();
    const isHeld = asked.method === `adminAudience.${method}`;
    const isMeant = Object.entries(params).every(([name, value]) => asked.params[name] === value);
    if (isHeld && isMeant) await isReleased;
    await route.continue();
  });
  return release;
}

test("a run that starts has no progress of the run before", async ({ page }) => {
  await page.goto("/");
  const runs = page.getByRole("region", { name: "Runs" });
  await expect(runs.getByText("Last run succeeded")).toBeVisible();
  const release = await hold(page, "runAutoSegmentation");
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(runs.getByText("Starting…")).toBeVisible();
  await expect(runs.getByRole("progressbar")).toHaveCount(0);
  release();
  await expect(runs.getByText("Last run succeeded")).toBeVisible();
});
