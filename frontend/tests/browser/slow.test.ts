// A slow network: nothing is shown that is not so, and something is shown at once.
import type { Page, Request } from "@playwright/test";
import { expect, rowsOf, test } from "./fixtures.ts";

test.use({ appOptions: {} });

/** Holds back what is asked for until it is let go. */
async function hold(page: Page, url: string | RegExp, isMeant: (request: Request) => boolean = () => true) {
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(url, async (route) => {
    if (isMeant(route.request())) await isReleased;
    await route.fallback();
  });
  return release;
}

/** Holds back the answers to one method, for these params. */
function holdAnswers(page: Page, method: string, params: object = {}) {
  return hold(page, "**/rpc", (request) => {
    const asked = request.postDataJSON();
    const isSame = Object.entries(params).every(([name, value]) => asked.params[name] === value);
    return asked.method === `adminAudience.${method}` && isSame;
  });
}

test("a run that starts has no progress of the run before", async ({ page }) => {
  await page.goto("/");
  const runs = page.getByRole("region", { name: "Runs" });
  await expect(runs.getByText("Last run succeeded")).toBeVisible();
  const release = await holdAnswers(page, "runAutoSegmentation");
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
  const release = await holdAnswers(page, "getSegmentStats", { days: 7 });
  const releaseHistory = await holdAnswers(page, "getSegmentHistory", { days: 7 });
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

test("until those who are excluded have come, no member looks as if they were", async ({ page }) => {
  await page.goto("/segments/plan/free");
  await expect(page.getByRole("table", { name: "Members" })).toBeVisible();
  const release = await holdAnswers(page, "getSegmentUsers", { show: "excluded" });
  await page.getByText("Excluded", { exact: true }).click();
  await expect(page.getByText("Loading users")).toBeAttached();
  await expect(page.getByRole("button", { name: /^Restore / })).toHaveCount(0);
  release();
  await expect(page.getByText("No one is excluded")).toBeVisible();
});

test("until the code of a page has come, something is seen", async ({ page }) => {
  const releaseAll = await hold(page, /\/assets\/index-.*\.js$/);
  await page.goto("/", { waitUntil: "commit" });
  await expect(page.getByText("Audience is loading…")).toBeVisible();
  releaseAll();
  await expect(rowsOf(page).first()).toBeVisible();
  await expect(page.getByText("Audience is loading…")).toHaveCount(0);
  const releaseList = await hold(page, /\/assets\/AudienceManager-.*\.js$/);
  await page.goto("/", { waitUntil: "commit" });
  await expect(page.getByRole("link", { name: "People", exact: true }), "the sections").toBeVisible();
  await expect(page.getByRole("progressbar", { name: "Loading the page" })).toBeVisible();
  releaseList();
  await expect(rowsOf(page).first()).toBeVisible();
  for (const [name, file] of [
    ["View Free Users", /\/assets\/SegmentDetailModal-.*\.js$/],
    ["New custom segment", /\/assets\/CustomSegmentCreator-.*\.js$/],
  ] as const) {
    const release = await hold(page, file);
    await page.goto("/");
    await page.getByRole("link", { name, exact: true }).click();
    const loading = page.getByRole("progressbar", { name: "Loading the page" });
    await expect(loading, name).toBeVisible();
    release();
    await expect(loading).toHaveCount(0);
  }
});
