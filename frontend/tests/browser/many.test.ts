// The list with more than two hundred segments.
import { expect, test } from "./fixtures.ts";

test.use({ appOptions: {} });

const CUSTOM = 200;

test.beforeAll(async ({ app }) => {
  for (let place = 0; place < CUSTOM; place += 1) {
    const criteria = [{ field: "level" as const, operator: ">" as const, value: place % 9 }];
    const name = `Audience ${place}`;
    await app.api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  }
});

test("the page stays small, and each segment is there when it is scrolled to", async ({ page }) => {
  await page.goto("/");
  const list = page.getByRole("list", { name: "Matching segments" });
  await expect(list.locator("> li")).toHaveCount(CUSTOM + 13);
  const nodes = () => page.evaluate(() => document.querySelectorAll("*").length);
  expect(await nodes(), "nodes").toBeLessThan(2_500);
  const last = list.locator("> li").last();
  await last.scrollIntoViewIfNeeded();
  await expect(last.getByRole("article")).toBeVisible();
  expect(await nodes(), "nodes at the end").toBeLessThan(2_500);
  await page
    .getByRole("article")
    .last()
    .getByRole("link", { name: /^View / })
    .focus();
  await page.evaluate(() => window.scrollTo(0, 0));
  await expect(page.getByRole("article", { name: "Free Users" })).toBeVisible();
  expect(await page.evaluate(() => document.activeElement?.tagName), "what has the focus stays").toBe("A");
});

test("a key typed in the search is drawn within 100 ms", async ({ page }) => {
  await page.goto("/");
  await expect(page.getByRole("article").first()).toBeVisible();
  const search = page.getByLabel("Search segments");
  await search.focus();
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { times });
    // From the key to the next frame that shows what it did. Shorter ones than 16 ms are not reported.
    new PerformanceObserver((list) => {
      times.push(...list.getEntries().flatMap(({ name, duration }) => (name === "keydown" ? [duration] : [])));
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  await search.pressSequentially("audience 19", { delay: 60 });
  await expect(page.getByRole("list", { name: "Matching segments" }).locator("> li")).toHaveCount(11);
  const times = await page.evaluate(() => (window as unknown as { times: number[] }).times);
  process.stdout.write(`    ${times.join(", ")} ms\n`);
  expect(Math.max(...times), "ms").toBeLessThanOrEqual(100);
});
