// Bad input, lost connections and server errors: each has a plain message where it belongs.
import { expect, rowOf, rowsOf, startApp, test } from "./fixtures.ts";

test.use({ appOptions: {} });

test.describe("signed out", () => {
  test.use({ signedIn: false });

  test("a wrong token is refused where it was typed; an address with a token signs in and forgets it", async ({
    page,
    app,
  }) => {
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("Paste a token first.")).toBeVisible();
    await page.getByLabel("Token", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("This token isn't valid.")).toBeVisible();
    await page.goto(`/#token=${app.token}`);
    await page.reload();
    await expect(rowsOf(page).first()).toBeVisible();
    expect(page.url()).toBe(`${app.origin}/`);
    const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
    expect(kept, "not kept beyond the tab").not.toContain(app.token);
    await page.getByRole("button", { name: "Sign out" }).click();
    await expect(page.getByLabel("Token", { exact: true })).toBeVisible();
  });

  test("a rate limit says when to try again", async ({ page }) => {
    const strict = await startApp({ serveOptions: ["--calls-per-minute", "1"] });
    try {
      await page.goto(`${strict.origin}/#token=${strict.token}`);
      await expect(page.getByText("Too many requests").first()).toBeVisible();
      await expect(page.getByRole("button", { name: "Try again" }).first()).toBeVisible();
    } finally {
      await strict.server.stop();
    }
  });
});

test("a lost connection shows a notice until the server is back", async ({ page, pageErrors }) => {
  await page.goto("/");
  await expect(rowsOf(page).first()).toBeVisible();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(page.getByText("No connection to the server.")).toBeVisible();
  await expect(rowsOf(page), "what is known stays").toHaveCount(13);
  await page.context().setOffline(false);
  await expect(page.getByText("No connection to the server.")).toBeHidden();
  pageErrors.length = 0;
});

test("an error of saving goes when the connection is back", async ({ page, pageErrors }) => {
  await page.goto("/segments/new");
  await page.getByRole("textbox", { name: "Name" }).fill("Made offline");
  await page.getByLabel("Value of Plan").selectOption("PRO");
  await expect(page.getByText(/of [\d,]+ users/)).toBeVisible();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Create segment" }).click();
  const error = page.getByRole("alert").getByText("The server cannot be reached");
  await expect(error).toBeVisible();
  await page.context().setOffline(false);
  await expect(page.getByText("No connection to the server.")).toBeHidden();
  await expect(error).toBeHidden();
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Made offline");
  pageErrors.length = 0;
});

test("if segments cannot be loaded, no figure looks as if it were still loading", async ({ page }) => {
  await page.route("**/rpc", (route) =>
    route.request().postData()?.includes("getSegments") ? route.abort() : route.continue(),
  );
  await page.goto("/");
  const overview = page.getByRole("region", { name: "Overview" });
  await expect(overview.getByText("Could not be counted. Refresh to try again.")).toHaveCount(2);
  await expect(overview.locator(".mantine-Skeleton-root")).toHaveCount(0);
});

test("segments that no run has brought up to date for a day say so, also while the page stays open", async ({
  page,
}) => {
  await page.clock.install();
  await page.goto("/?view=cards");
  const card = page.getByRole("article", { name: "Free Users" });
  await expect(card.getByText("Active", { exact: true })).toBeVisible();
  await expect(card.getByText("just now")).toBeVisible();
  await page.clock.fastForward("02:00:00");
  await expect(card.getByText("2 hours ago")).toBeVisible();
  await page.clock.fastForward("25:00:00");
  await expect(card.getByText("Out of date")).toBeVisible();
  await expect(page.getByText("Segments may be out of date", { exact: false })).toBeVisible();
});

test("a rate limit, a busy database and a server error have plain messages", async ({ page }) => {
  await page.goto("/");
  await expect(rowsOf(page).first()).toBeVisible();
  const refuse = (status: number, code: number, data?: object) =>
    page.route("**/rpc", (route) =>
      route.fulfill({ status, json: { jsonrpc: "2.0", id: 1, error: { code, message: "No", data } } }),
    );
  for (const [status, code, data, words] of [
    [429, -32029, { retryAfter: 7 }, "Try again in 7 seconds."],
    [200, -32053, undefined, "The database is busy"],
    [200, -32603, undefined, "Something went wrong on the server"],
  ] as const) {
    await refuse(status, code, data);
    await page.getByRole("button", { name: "Export Free Users" }).click();
    await expect(page.getByText(words).first()).toBeVisible();
    await page.unroute("**/rpc");
  }
});

test("a deleted segment and an unknown address have plain messages", async ({ page }) => {
  await page.goto("/segments/custom/gone");
  await expect(page.getByText("This segment does not exist")).toBeVisible();
  await page.goto("/segments/gone/edit");
  await expect(page.getByText("This segment does not exist")).toBeVisible();
  await page.goto("/nowhere/at/all");
  await expect(page.getByText("Page not found")).toBeVisible();
  await page.goto("/segments/color/red");
  await expect(page.getByText("Page not found")).toBeVisible();
});

test("names with markup or from right to left are shown as they are", async ({ page, app }) => {
  const name = "<img src=x onerror=alert(1)> שלום";
  const criteria = [{ field: "email" as const, operator: "starts_with" as const, value: "markup@" }];
  const made = await app.api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  await page.goto("/");
  await expect(rowOf(page, name)).toBeVisible();
  await page.goto(`/segments/custom/${made.segment.segmentValue}`);
  await expect(page.getByText("<b>Bold</b> <img src=x onerror=alert(1)>")).toBeVisible();
  await expect(page.locator("img[src=x]")).toHaveCount(0);
  await page.getByRole("button", { name: /^Why is/ }).click();
  const dialog = page.getByRole("dialog", { name: /^Why is / });
  await expect(dialog.getByText("Member", { exact: true })).toBeVisible();
  await expect(dialog.getByText("Met:").first()).toBeAttached();
  await expect(dialog.getByText("markup@example.org")).toBeVisible();
});

test("an empty segment has nothing to export", async ({ page, app }) => {
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 100_000 }];
  await app.api.call("adminAudience.createCustomSegment", { name: "Nobody", combineWith: "AND", criteria });
  await page.goto("/?q=Nobody");
  await page.getByRole("button", { name: "Export Nobody" }).click();
  await expect(page.getByText("There is nothing to export.").first()).toBeVisible();
});
