// The client's package in a browser and against a server: the React example of its README, and its example app.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { examples, Installed } from "../installed.ts";
import { THREE_USERS } from "../users.ts";
import { expect, rowOf, rowsOf, test } from "./fixtures.ts";

test.use({ appOptions: { database: "sqlite", users: THREE_USERS }, signedIn: false });

let project: Installed;

test.beforeAll(() => {
  project = Installed.create();
});
test.afterAll(() => project?.remove());

test("a host app lists segments with the hooks and runs the engine", async ({ page, app }) => {
  const [example = ""] = examples("tsx");
  project.write("app.tsx", example);
  await project.bundle("app.tsx");
  const script = readFileSync(join(project.folder, "dist/app.js"), "utf8");
  await page.route("**/host", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: '<!doctype html><html lang="en"><div id="root"></div><script type="module" src="/host.js"></script></html>',
    }),
  );
  await page.route("**/host.js", (route) => route.fulfill({ contentType: "text/javascript", body: script }));
  await page.addInitScript((token) => sessionStorage.setItem("token", token), app.token);
  await page.goto("/host");
  await expect(page.getByRole("listitem").filter({ hasText: "Pro Users: 2" })).toBeVisible();
  const asked = page.waitForRequest((request) => request.postData()?.includes("getSegments") ?? false);
  await page.getByRole("button", { name: "Evaluate everyone now" }).click();
  await asked;
  const run = (await app.api.call("adminAudience.listRuns", { limit: 1 })).runs[0];
  expect(run?.trigger).toBe("admin");
});

test("in a tab of an app, a segment is made, and somebody is added to it by hand", async ({ page, app }) => {
  const server = await project.serveExample(app.origin, app.token);
  const origin = server.resolvedUrls?.local[0] ?? "";
  await page.goto(`${origin}dashboard/admin/emails`);
  const before = await looksOfApp(page);
  await page.getByRole("tab", { name: "Audiences" }).click();
  await expect(rowOf(page, "Pro Users")).toBeVisible();
  expect(await looksOfApp(page), "the app looks as before").toEqual(before);
  await expect(page.getByRole("heading", { name: "Segments" })).toHaveCSS("font-size", "24px");
  await expect(page.getByRole("button", { name: "Refresh" })).toHaveCSS("text-transform", "none");

  await page.getByRole("link", { name: "New custom segment" }).click();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Beginners");
  await page.getByLabel("Value of Plan").selectOption("FREE");
  await expect(page.getByText("1 of 3 users")).toBeVisible();
  await page.getByRole("button", { name: "Create segment" }).click();

  const dialog = page.getByRole("dialog", { name: "Beginners" });
  await expect(dialog.getByRole("row", { name: "Cat Cooper" })).toBeVisible();
  await dialog.getByRole("button", { name: "Add person…" }).click();
  const adding = page.getByRole("dialog", { name: "Add a person" });
  await adding.getByRole("combobox", { name: "Person" }).fill("u1");
  await adding.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByRole("row", { name: "Ann Archer" })).toBeVisible();
  expect(page.url(), "the address is the app's").toBe(`${origin}dashboard/admin/emails?tab=audiences`);
  await expect(page).toHaveTitle("Emails · Example");

  await dialog.getByRole("link", { name: "Ann Archer" }).click();
  await expect(page.getByText("The app shows user u1.")).toBeVisible();
  await server.close();
});

test("beside a form of an app, an audience is made, shown and edited", async ({ page, app }) => {
  const server = await project.serveExample(app.origin, app.token);
  await page.goto(`${server.resolvedUrls?.local[0] ?? ""}dashboard/admin/emails`);
  const audience = page.getByRole("combobox", { name: "Audience of the campaign" });
  await audience.selectOption({ label: "Pro Users: 2" });
  const before = await looksOfApp(page);

  await page.getByRole("button", { name: "Show audience" }).click();
  const pro = page.getByRole("dialog", { name: "Pro Users" });
  await expect(pro.getByRole("row", { name: "Ann Archer" })).toBeVisible();
  expect(await looksOfApp(page), "the app looks as before").toEqual(before);
  await expect(pro.getByRole("link", { name: "Edit" }), "it is built in").toHaveCount(0);
  await pro.getByRole("button", { name: "Close" }).click();
  await expect(pro).toHaveCount(0);

  await page.getByRole("button", { name: "New audience" }).click();
  await expect(audience, "the builder is in its place").toHaveCount(0);
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Newcomers");
  await page.getByLabel("Value of Plan").selectOption("FREE");
  await page.getByRole("button", { name: "Create segment" }).click();
  const made = page.getByRole("dialog", { name: "Newcomers" });
  await expect(made.getByRole("row", { name: "Cat Cooper" })).toBeVisible();

  await made.getByRole("link", { name: "Edit" }).click();
  await expect(page.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Newcomers");
  await page.getByLabel("Value of Plan").selectOption("PRO");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(made.getByRole("row", { name: "Bob Baker" })).toBeVisible();
  await made.getByRole("link", { name: "Bob Baker" }).click();
  await expect(page.getByText("The app shows user u2.")).toBeVisible();
  await made.getByRole("button", { name: "Close" }).click();
  await expect(audience.locator("option:checked"), "the hook has asked anew").toHaveText("Newcomers: 2");
  await server.close();
});

for (const [what, style] of [
  ["a pane of the app", "[role=tabpanel] { height: 400px; overflow: auto }"],
  ["a wrapper in a pane of the app", "main { height: 400px; overflow: auto } [role=tabpanel] { overflow-x: auto }"],
] as const) {
  test(`in ${what} that scrolls, only rows near it are drawn`, async ({ page, app }) => {
    const COUNT = 60;
    const { total } = await app.api.call("adminAudience.getSegments", {});
    for (let place = total; place < COUNT; place += 1) {
      const criteria = [{ field: "level" as const, operator: ">" as const, value: 3 }];
      await app.api.call("adminAudience.createCustomSegment", { name: `Zone ${place}`, combineWith: "AND", criteria });
    }
    const server = await project.serveExample(app.origin, app.token);
    await page.goto(`${server.resolvedUrls?.local[0] ?? ""}dashboard/admin/emails?tab=audiences`);
    await page.addStyleTag({ content: style });
    // Away and back, so that the list begins in the pane.
    await page.getByRole("tab", { name: "Templates" }).click();
    await page.getByRole("tab", { name: "Audiences" }).click();
    await expect(rowOf(page, "Pro Users")).toBeVisible();
    await expect(page.getByRole("table", { name: "Segments" })).toHaveAttribute("aria-rowcount", String(COUNT + 1));
    await expect.poll(() => rowsOf(page).count()).toBeLessThan(40);
    const kept = page.getByLabel("Select Pro Users");
    await kept.focus();
    await rowsOf(page)
      .first()
      .evaluate((row) => {
        for (let around = row.parentElement; around !== null && around !== document.body; around = around.parentElement)
          around.scrollTop = 1e6;
      });
    const last = rowOf(page, `Zone ${COUNT - 1}`);
    await expect(last).toBeInViewport();
    expect(await rowsOf(page).count()).toBeLessThan(40);
    await expect(kept, "what has the focus stays").toBeFocused();
    const gap = await last.evaluate((row) => {
      const end = row.parentElement?.getBoundingClientRect().bottom ?? 0;
      return Math.abs(end - row.getBoundingClientRect().bottom);
    });
    expect(gap, "and the last row ends with the table").toBeLessThan(2);
    const [height, shown] = await page.evaluate(() => [document.documentElement.scrollHeight, window.innerHeight]);
    expect(height, "nothing reaches beyond the pane").toBe(shown);
    await server.close();
  });
}

/** What a global style of the screens would change. */
function looksOfApp(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    ["body", "h1", "main", "[role=tab]:nth-child(2)"].map((selector) => {
      const { font, color, margin, padding, background, boxSizing, letterSpacing } = getComputedStyle(
        document.querySelector(selector) as Element,
      );
      return [font, color, margin, padding, background, boxSizing, letterSpacing].join(" ");
    }),
  );
}
