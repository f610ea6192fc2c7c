// Many segments, as a table and as cards, and many people. DEMO_DATABASE may be any SQLite database with the
// built-in segments and people, such as one with 28,785 of them.
import type { Page } from "@playwright/test";
import { type App, expect, rowOf, rowsOf, test } from "./fixtures.ts";

test.use({ appOptions: {} });
test.describe.configure({ mode: "serial" });

const BUILT_IN = 13;
const MOST_NODES = 2_500;
/** From the key to the frame that shows what it did. */
const MOST_MILLISECONDS = 100;

const countNodes = (page: Page) => page.evaluate(() => document.querySelectorAll("*").length);

/** Creates custom segments called `Audience 0` and so on, until there are so many segments. */
async function fillUpTo({ api }: App, count: number) {
  const { total } = await api.call("adminAudience.getSegments", { includeInactive: true });
  for (let place = total - BUILT_IN; place < count - BUILT_IN; place += 1) {
    const criteria = [{ field: "level" as const, operator: ">" as const, value: place % 9 }];
    const name = `Audience ${place}`;
    await api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  }
}

for (const [count, text, found] of [
  [14, "audience 0", 1],
  [213, "audience 19", 12],
  [1_000, "audience 19", 20],
] as const) {
  test.describe(`${count} segments`, () => {
    test.beforeAll(async ({ app }) => {
      // Each creation evaluates everyone.
      test.setTimeout(900_000);
      await fillUpTo(app, count);
    });

    test("the page stays small, and each segment is there when it is scrolled to", async ({ page }) => {
      await page.goto("/");
      const table = page.getByRole("table", { name: "Segments" });
      await expect(table).toHaveAttribute("aria-rowcount", String(count + 1));
      await expect(page.getByText(`${count.toLocaleString("en-US")} segments`, { exact: true })).toBeVisible();
      expect(await countNodes(page), "nodes").toBeLessThanOrEqual(MOST_NODES);
      await page.getByLabel("Select Free Users").focus();
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      await expect(rowOf(page, `Audience ${count - BUILT_IN - 1}`)).toBeVisible();
      const nodes = await countNodes(page);
      process.stdout.write(`    ${nodes} nodes at the end of ${count} segments\n`);
      expect(nodes, "nodes at the end").toBeLessThanOrEqual(MOST_NODES);
      await expect(page.getByLabel("Select Free Users"), "what has the focus stays").toBeFocused();
      const last = page.getByRole("link", { name: `Audience ${count - BUILT_IN - 1}`, exact: true });
      await last.click();
      await expect(page.getByRole("heading", { level: 1, name: `Audience ${count - BUILT_IN - 1}` })).toBeVisible();
      await page.goBack();
      await expect(last, "Back returns to the place").toBeInViewport();
      await expect(last, "and the focus").toBeFocused();
      await page.evaluate(() => window.scrollTo(0, 0));
      await expect(rowOf(page, "Free Users")).toBeInViewport();
    });

    test("a key typed in the search is drawn within 100 ms", async ({ page }) => {
      await page.goto("/");
      await expect(rowsOf(page).first().getByRole("img").first()).toBeVisible();
      await page.waitForLoadState("networkidle");
      const search = page.getByLabel("Search segments");
      await search.focus();
      const times = await timesOfKeys(page, () => search.pressSequentially(text, { delay: 60 }));
      await expect(page.getByText(`${found} of ${count.toLocaleString("en-US")} segments`)).toBeVisible();
      process.stdout.write(`    ${times.join(", ")} ms with ${count} segments\n`);
      expect(Math.max(...times), "ms").toBeLessThanOrEqual(MOST_MILLISECONDS);
    });
  });
}

/** How long each key took that was typed. Shorter times than 16 ms are not reported. */
async function timesOfKeys(page: Page, type: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(window, { times });
    new PerformanceObserver((list) => {
      times.push(...list.getEntries().flatMap(({ name, duration }) => (name === "keydown" ? [duration] : [])));
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
  });
  await type();
  return page.evaluate(() => (window as unknown as { times: number[] }).times);
}

test("as cards, the page stays small, too", async ({ page }) => {
  await page.goto("/?view=cards&q=audience 1");
  const list = page.getByRole("list", { name: "Matching segments" });
  await expect(list.getByRole("article").first()).toBeVisible();
  expect(await countNodes(page), "nodes").toBeLessThanOrEqual(MOST_NODES);
  const last = list.locator("> li").last();
  await last.scrollIntoViewIfNeeded();
  await expect(last.getByRole("article")).toBeVisible();
  expect(await countNodes(page), "nodes at the end").toBeLessThanOrEqual(MOST_NODES);
});

test("a key typed in the search for people and for members is drawn within 100 ms", async ({ page }) => {
  for (const [address, label] of [
    ["/people", "Search by name, email or ID"],
    ["/segments/plan/free", "Search by name, email or ID"],
  ] as const) {
    await page.goto(address);
    await page.waitForLoadState("networkidle");
    const search = page.getByLabel(label);
    await search.focus();
    const times = await timesOfKeys(page, () => search.pressSequentially("learner 1 2", { delay: 60 }));
    process.stdout.write(`    ${address}: ${times.join(", ")} ms, ${await countNodes(page)} nodes\n`);
    expect(Math.max(...times), "ms").toBeLessThanOrEqual(MOST_MILLISECONDS);
    expect(await countNodes(page), "nodes").toBeLessThanOrEqual(MOST_NODES);
  }
});
