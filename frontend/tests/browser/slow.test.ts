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

test("until another period has come, the figures stay those of the period they name", async ({ page, app }) => {
  const key = { segmentType: "lifecycle", segmentValue: "churned" } as const;
  const figuresOf = async (days: number) => {
    const { addedCount } = await app.api.call("adminAudience.getSegmentStats", { ...key, days });
    return addedCount.toLocaleString("en-US");
  };
  const [of30, of7] = [await figuresOf(30), await figuresOf(7)];
  expect(of7, "the periods differ").not.toBe(of30);
  await page.goto("/segments/lifecycle/churned");
  const figures = page.getByRole("region", { name: "Figures" });
  const joined = (figure: string, days: number) => new RegExp(`Joined\\s+${figure}\\s+Last ${days} days`);
  await expect(figures).toHaveText(joined(of30, 30), { useInnerText: true });
  const release = await hold(page, "getSegmentStats", { days: 7 });
  const releaseHistory = await hold(page, "getSegmentHistory", { days: 7 });
  await page.getByText("7 days", { exact: true }).first().click();
  await expect(figures).toHaveAttribute("aria-busy", "true");
  await expect(figures).toHaveText(joined(of30, 30), { useInnerText: true });
  await expect(
    page.locator("[data-stale=true]", { has: page.getByRole("img", { name: /^Size by day/ }) }),
  ).toBeVisible();
  release();
  releaseHistory();
  await expect(figures).toHaveText(joined(of7, 7), { useInnerText: true });
  await expect(page.locator("[data-stale=true]")).toHaveCount(0);
});
