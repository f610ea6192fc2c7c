// How far what is shown moves while a page loads.
import { expect, test } from "./fixtures.ts";

test.use({ appOptions: {} });
// Each test reads alone, so that both workers may share them.
test.describe.configure({ mode: "parallel" });

for (const width of [1280, 800, 412, 320]) {
  for (const path of [
    "/",
    "/?view=cards",
    "/segments/plan/free",
    "/segments/lifecycle/churned",
    "/segments/new",
    "/sync",
    "/webhooks",
    "/people",
    "/people/markup",
    "/runs",
    "/runs/1",
    "/activity",
    "/alerts",
    "/settings",
    "/event-names",
    "/compare?segments=plan:free,lifecycle:churned",
    "/segments/plan/free/overview",
    "/segments/lifecycle/churned/members",
    "/segments/lifecycle/churned/joined",
    "/analytics",
    "/analytics/conversion",
    "/analytics/overlap",
    "/analytics/flow",
    "/analytics/money",
    "/analytics/cohorts",
    "/analytics/engagement",
    "/analytics/forecast",
    "/analytics/lift",
    "/analytics/compare",
  ]) {
    test.describe(`at ${width} px`, () => {
      test.use({ viewport: { width, height: 900 } });
      test(`nothing jumps while ${path} loads`, async ({ page }) => {
        await page.addInitScript(() => {
          Object.assign(window, { jumped: 0 });
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[]) {
              (window as unknown as { jumped: number }).jumped += entry.value;
            }
          }).observe({ type: "layout-shift", buffered: true });
        });
        // The run was a while ago: "just now" is shorter than most of what is said about it.
        await page.clock.setFixedTime(Date.now() + 47 * 60_000);
        await page.goto(path);
        await page.waitForLoadState("networkidle");
        const jumped = await page.evaluate(() => (window as unknown as { jumped: number }).jumped);
        console.info(`    ${path} at ${width}: ${jumped.toFixed(4)}`);
        expect(jumped).toBeLessThan(0.02);
      });
    });
  }
}
