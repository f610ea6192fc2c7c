// Reports, in the console, against what the API says of the demonstration.
import type { Page } from "@playwright/test";
import { expectAccessible } from "./accessible.ts";
import { expect, test } from "./fixtures.ts";

test.use({ appOptions: {} });

/** The cells of a table, row by row. */
const cellsOf = (page: Page, region: string) =>
  page
    .getByRole("region", { name: region, exact: true })
    .getByRole("row")
    .evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => (cell as HTMLElement).innerText.trim())));

/** A day that lies so many days before today. */
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

const CONVERSION = `/analytics/conversion?segment=lifecycle:inactive&within=3d&from=${daysAgo(20)}&to=${daysAgo(0)}`;

test("conversion is reached from a segment, and its figures are those of the API", async ({ page, app }) => {
  await page.goto("/segments/lifecycle/inactive");
  await page.getByRole("link", { name: "Conversion", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Conversion", level: 1 })).toBeFocused();
  await expect(page.getByRole("combobox", { name: "Segment", exact: true })).toHaveValue("Inactive Users");
  await expect(page.getByText(/who became inactive|No one/).first()).toBeVisible();

  await page.getByLabel("Within").selectOption("3 days");
  await page.getByLabel("Joined from").fill(daysAgo(20));
  await page.getByLabel("Joined before").fill(daysAgo(0));
  await page.getByRole("button", { name: "Count", exact: true }).click();
  const answer = await app.api.call("adminAudience.getSegmentConversion", {
    segment: "lifecycle:inactive",
    goal: { purchase: {} },
    within: "3d",
    from: daysAgo(20),
    to: daysAgo(0),
  });
  const { part, of } = answer.conversion;
  await expect(page.getByText(`${part} of ${of} who became inactive bought within 3 days`)).toBeVisible();
  expect(new URL(page.url()).searchParams.get("within")).toBe("3d");
  const rows = (await cellsOf(page, "Rates by period")).slice(1);
  expect(rows.map(([, joined, , , pending]) => [joined, pending])).toEqual(
    answer.byPeriod.map(({ entered, pending }) => [String(entered), String(pending)]),
  );
  expect(rows.at(-1)?.[0]).toContain(answer.byPeriod.at(-1)?.complete ? "" : "so far");
  const days = (await cellsOf(page, "Reached the goal, by day")).slice(1);
  expect(days.map(([, rate]) => Number(rate?.split(" ")[0]))).toHaveLength(4);
  await expectAccessible(page);
});

test("a table of conversion is exported", async ({ page }) => {
  await page.goto(CONVERSION);
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Export rates by week" }).click();
  expect((await download).suggestedFilename()).toMatch(/^conversion-.*-byPeriod-.*\.csv$/);
});

test("what is wrong is said at its field, and typing goes by keyboard", async ({ page }) => {
  await page.goto(`/analytics/conversion?segment=lifecycle:inactive&goal=event&event=No%20name&from=2020-01-01`);
  await expect(page.getByText("Check the fields above.")).toBeVisible();
  await expect(page.getByLabel("Event name")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Expected 1 to 64 characters", { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Event name").fill("lesson");
  await page.getByLabel("Joined from").fill(daysAgo(30));
  await page.getByLabel("Event name").press("Enter");
  await expect(page.getByRole("heading", { name: "In short" })).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel("Event name")).toHaveValue("No name");
});

test("counting can be left", async ({ page }) => {
  await page.route("**/rpc", async (route) => {
    if (route.request().postData()?.includes("getSegmentConversion")) return;
    await route.continue();
  });
  await page.goto(CONVERSION);
  await expect(page.getByText("Counting who became inactive and bought within 3 days…")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText("Stopped. Nothing was counted.")).toBeVisible();
  await page.getByRole("navigation", { name: "Reports" }).getByRole("link").first().click();
});

test("a segment is found by typing, and by keyboard alone", async ({ page }) => {
  await page.goto("/analytics");
  await expect(page.getByRole("link", { name: "Analytics" })).toHaveAttribute("aria-current", "page");
  await expectAccessible(page);
  await page.getByRole("link", { name: "Conversion" }).click();
  await page.getByRole("combobox", { name: "Segment", exact: true }).focus();
  await page.keyboard.type("churn");
  await expect(page.getByRole("option", { name: "Churned" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Count", exact: true }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "In short" })).toBeVisible();
  expect(new URL(page.url()).searchParams.get("segment")).toBe("lifecycle:churned");
});

const OVERLAP = ["plan:pro", "plan:free", "lifecycle:active", "lifecycle:inactive"];

test("overlap shows the numbers of the API, in words, as a matrix and as bars", async ({ page, app }) => {
  await page.goto("/analytics/overlap");
  await expect(page.getByText("Choose segments to compare")).toBeVisible();
  const field = page.getByRole("combobox", { name: "Segments" });
  for (const name of ["Pro Users", "Free Users", "Active Users", "Inactive Users"]) {
    await field.fill(name);
    await page.getByRole("option", { name, exact: true }).click();
  }
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Count", exact: true }).click();
  await expect(page.getByText("the largest combination.", { exact: false })).toBeVisible();
  expect(new URL(page.url()).searchParams.get("segments")).toBe(OVERLAP.join());
  const answer = await app.api.call("adminAudience.getSegmentOverlap", { segments: OVERLAP });
  const [, first] = await cellsOf(page, "Overlap of each pair");
  const both = answer.pairs.filter(({ a }) => a === "plan:pro").map((pair) => String(pair.both));
  expect(first?.slice(2).map((cell) => cell.split("\n")[0])).toEqual(both);
  const rows = (await cellsOf(page, "People by the segments they are in")).slice(1);
  expect(rows).toHaveLength(answer.combinations.length + 2);
  expect(rows.at(-1)?.[1]).toBe(String(answer.population));
  await expectAccessible(page);
});

test("an instant that is wrong is said at its field", async ({ page }) => {
  await page.goto(`/analytics/overlap?segments=plan:pro,plan:gone&at=2999-01-01`);
  await expect(page.getByLabel("At", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
});

test("flow shows the numbers of the API in words, as bands and as a matrix, and leads to who", async ({
  page,
  app,
}) => {
  const at = [`${daysAgo(7)}T00:00:00Z`, `${daysAgo(4)}T00:00:00Z`, `${daysAgo(1)}T00:00:00Z`];
  await page.goto(`/analytics/flow?at=${at.join()}`);
  await expect(page.getByRole("img", { name: /^Moves of [\d,]+ people between 3 times/ })).toBeVisible();
  const answer = await app.api.call("adminAudience.getSegmentFlow", { family: "lifecycle", at });
  const active = answer.states.indexOf("lifecycle:active");
  const rows = await cellsOf(page, "Moves, step 2");
  const cells = rows[active + 1]?.slice(1, 5).map((cell) => Number(cell.split("\n")[0]));
  expect(cells).toEqual(answer.steps[1]?.matrix[active]?.slice(0, 4).map(({ part }) => part));
  // Bands are as wide as they are many, and none is missing.
  const drawn = await page
    .locator("[data-link]")
    .evaluateAll((all) => all.map((link) => Number(link.getAttribute("data-link"))));
  const parts = answer.steps.flatMap(({ matrix }) => matrix.flat().map(({ part }) => part));
  const sorted = (numbers: number[]) => numbers.filter((number) => number > 0).sort((one, other) => one - other);
  expect(sorted(drawn)).toEqual(sorted(parts));
  await expectAccessible(page);

  const stayed = page
    .getByRole("region", { name: "Moves, step 1" })
    .getByRole("link", { name: /who was in Active Users, then in Active/ });
  await stayed.focus();
  await page.keyboard.press("Enter");
  const count = answer.steps[0]?.matrix[active]?.[active]?.part;
  const heading = page.getByRole("heading", { name: `In “Active Users” at both times: ${count} people` });
  await expect(heading).toBeFocused();
  await expect(page.getByRole("list", { name: "User IDs" }).getByRole("listitem")).toHaveCount(count ?? 0);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Close" }).click();
  await expect(stayed).toBeFocused();
});

test("the times of a flow stand at one height", async ({ page }) => {
  await page.goto(`/analytics/flow?at=${daysAgo(7)},${daysAgo(1)}`);
  const boxOf = (label: string) => page.getByLabel(label, { exact: true }).boundingBox();
  await expect(page.getByLabel("Time 2", { exact: true })).toHaveAccessibleDescription("Leave empty for now");
  expect((await boxOf("Time 2"))?.y).toBe((await boxOf("Time 1"))?.y);
});

test("flow of chosen segments until now, and a time that is wrong", async ({ page }) => {
  await page.goto("/analytics/flow?family=segments&segments=plan:pro,lifecycle:active");
  await expect(page.getByRole("region", { name: "Moves, step 1" })).toBeVisible();
  await page.getByLabel("Time 1").fill("2999-01-01");
  await page.getByRole("button", { name: "Count", exact: true }).click();
  await expect(page.getByLabel("Time 1")).toHaveAttribute("aria-invalid", "true");
  await expectAccessible(page);
});

test("with forced colors, bars and bands are seen", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await page.goto(`/analytics/flow?at=${daysAgo(7)},${daysAgo(1)}`);
  const colors = await page
    .locator("rect[class*=node]")
    .first()
    .evaluate((node) => [getComputedStyle(node).fill, getComputedStyle(document.body).backgroundColor]);
  expect(colors[0]).not.toBe(colors[1]);
});
