// More users than the API exports at once, the progress of a run, and a run that holds back a large removal.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { usersCsv } from "../users.ts";
import { expectAccessible } from "./accessible.ts";
import { type App, expect, membersOn, rowOf, test } from "./fixtures.ts";

const MOST_ROWS = 5_000;
const PREMIUM = 150;
const users = Array.from({ length: MOST_ROWS + 1 + PREMIUM }, (_, place) => {
  const plan = place < PREMIUM ? "PREMIUM" : "FREE";
  return `u${place},u${place}@example.org,First,Last,${plan},USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z`;
});
test.use({ appOptions: { database: "sqlite", users: usersCsv(users) } });

test("an export of more than the API gives at once is one file with all", async ({ page }) => {
  await page.goto("/");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export Free Users" }).click(),
  ]);
  await expect(page.getByText("5,001 rows exported").first()).toBeVisible();
  const [header, ...rows] = readFileSync(await download.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  expect(header).toMatch(/^User ID,/);
  const ids = new Set(rows.map((row) => row.split(",")[0]));
  expect([rows.length, ids.size, ids.has("User ID")]).toEqual([MOST_ROWS + 1, MOST_ROWS + 1, false]);
});

test("the last of many pages can be opened, and one past the end says so", async ({ page }) => {
  await page.goto("/segments/plan/free?page=251");
  const dialog = page.getByRole("dialog", { name: "Free Users" });
  await expect(dialog.getByText("Page 251 of 251")).toBeVisible();
  await expect(dialog.getByRole("table", { name: "Members" }).getByRole("row"), "one, and the head").toHaveCount(2);
  await page.goto("/segments/plan/free?page=252");
  await expect(dialog.getByText("This page doesn't exist")).toBeVisible();
});

test("the progress of a run is shown while it is under way, whoever started it", async ({ page, app }) => {
  await page.goto("/");
  const runs = page.getByRole("region", { name: "Runs" });
  await expect(runs.getByText("Last run succeeded")).toBeVisible();
  const { engine, processed } = await frozenHalfway(app);
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(runs.getByRole("progressbar", { name: "Progress of the run" })).toBeVisible();
  await expect(runs.getByText(`${processed.toLocaleString("en-US")} of 5,151 users evaluated`)).toBeVisible();
  await expect(runs.getByRole("button", { name: "Run now" })).toBeDisabled();
  engine.kill("SIGCONT");
  await expect(runs.getByText("Last run succeeded")).toBeVisible();
  await expect(runs.getByText("5,151 users")).toBeVisible();
});

/** Stops an engine in the middle of a run, for less than its lease. Retries when the run ends too soon. */
async function frozenHalfway({ server, api }: App) {
  for (;;) {
    const engine = server.engine("run", "--commit-users", "100");
    const ended = once(engine, "exit");
    while (engine.exitCode === null) {
      engine.kill("SIGSTOP");
      const { runs } = await api.call("adminAudience.listRuns", { limit: 1 });
      const { state, totalUsersProcessed: processed = 0 } = runs[0] ?? {};
      if (state === "running" && processed > 0) return { engine, processed };
      engine.kill("SIGCONT");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await ended;
  }
}

test("a run that holds back a large removal says so, and removes nobody before the numbers are confirmed", async ({
  page,
  app,
}) => {
  const moved = Array.from({ length: 100 }, (_, place) => ({
    id: `u${place}`,
    email: `u${place}@example.org`,
    plan: "FREE",
    createdAt: "2025-01-01T00:00:00Z",
  }));
  await app.api.call("adminAudience.upsertUsers", { users: moved });
  await page.goto("/");
  const reason = "would have removed 100 of 150 members.";
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(rowOf(page, "Premium Users").getByText(`Held back: the last run ${reason}`)).toBeVisible();
  await expect(page.getByText("Last run finished with 1 problem")).toBeVisible();
  expect(await membersOn(page, "Premium Users")).toBe(PREMIUM);
  await page.getByText("1 segment needs attention").click();
  await expect(page.getByText(`“Premium Users”: Held back: this run ${reason}`)).toBeVisible();
  const open = page.getByRole("button", { name: "Run again and allow removals…" });
  await open.click();
  const dialog = page.getByRole("dialog", { name: "Allow these removals?" });
  await expect(dialog.getByRole("listitem")).toHaveText("“Premium Users”: 100 of 150 members");
  await expectAccessible(page, true);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(open).toBeFocused();
  expect(await membersOn(page, "Premium Users"), "nobody left by the click alone").toBe(PREMIUM);
  await open.click();
  await dialog.getByRole("button", { name: "Remove 100 members" }).click();
  await expect(rowOf(page, "Premium Users").getByText("Active", { exact: true })).toBeVisible();
  await expect(rowOf(page, "Premium Users").locator("strong")).toHaveText("50");
});
