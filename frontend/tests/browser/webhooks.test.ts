// Webhooks, in the console, against a receiver that the package `standardwebhooks` judges.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "@playwright/test";
import { Webhook } from "standardwebhooks";
import { usersCsv } from "../users.ts";
import { expectAccessible } from "./accessible.ts";
import { type App, expect, test } from "./fixtures.ts";

const USER = (id: string, plan: string) =>
  `${id},${id}@example.org,${id},Archer,${plan},USER,0,0,1,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z`;

test.use({
  appOptions: { database: "sqlite", users: usersCsv([USER("ann", "PRO"), USER("bob", "FREE"), USER("cat", "FREE")]) },
  permissions: ["clipboard-read", "clipboard-write"],
});
// The tests go on where the one before has ended.
test.describe.configure({ mode: "serial" });

const PRO = { segmentType: "plan", segmentValue: "pro" } as const;

interface Received {
  headers: Record<string, string>;
  body: string;
}

/** Answers with a code that the test sets, and keeps what it got. */
const receiver = { server: undefined as Server | undefined, url: "", code: 204, received: [] as Received[] };
/** What the console has shown. */
let secret = "";

test.beforeAll(async () => {
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part: string) => {
      body += part;
    });
    request.on("end", () => {
      receiver.received.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(receiver.code).end();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  receiver.server = server;
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/audience?key=hidden`;
});
test.afterAll(() => receiver.server?.close());

/** The last message, if its signature is right. */
function verified(by: string) {
  const { headers, body } = receiver.received.at(-1) ?? { headers: {}, body: "" };
  return new Webhook(by).verify(body, headers) as { type: string; data: { users: object[] } };
}

async function open(page: Page, app: App, role: "ADMIN" | "SUPERADMIN" = "SUPERADMIN") {
  await page.goto(`/webhooks#token=${app.server.tokenOf(role, `webhooks ${Math.random()}`)}`);
  await expect(page.getByRole("heading", { name: "Webhooks", exact: true })).toBeVisible();
}

function endpoint(page: Page) {
  return page.getByRole("region", { name: /127\.0\.0\.1/ });
}

async function openDeliveries(page: Page) {
  await endpoint(page).getByText("Deliveries", { exact: true }).click();
  return endpoint(page).getByRole("table", { name: "Deliveries to " }).getByRole("row");
}

test.describe("signed in by the address", () => {
  test.use({ signedIn: false });

  test("without webhooks the page says what they are for, and an ADMIN may not add one", async ({ page, app }) => {
    await open(page, app, "ADMIN");
    await expect(page.getByText("No webhooks yet")).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("button", { name: "Add webhook" }).click();
    const dialog = page.getByRole("dialog", { name: "Add webhook" });
    await dialog.getByLabel("URL").fill("https://hooks.example.org");
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    await expect(dialog.getByText("You need the SUPERADMIN role.")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("button", { name: "Add webhook" })).toBeFocused();
  });

  test("a list that cannot be read says so, and is read again", async ({ page, app }) => {
    await page.route("**/rpc", async (route) => {
      if (!route.request().postData()?.includes("getWebhooks")) return route.continue();
      return route.fulfill({ json: { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "Internal error" } } });
    });
    await open(page, app);
    await expect(page.getByText("Something went wrong on the server")).toBeVisible();
    await expectAccessible(page);
    await page.unrouteAll();
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByText("No webhooks yet")).toBeVisible();
  });

  test("what cannot be saved is said beside the field", async ({ page, app }) => {
    await open(page, app);
    await page.getByRole("button", { name: "Add webhook" }).click();
    const dialog = page.getByRole("dialog", { name: "Add webhook" });
    await expect(dialog.getByLabel("URL")).toBeFocused();
    await dialog.getByRole("radio", { name: "Only selected ones" }).check();
    await dialog.getByRole("checkbox", { name: "Someone joins a segment" }).uncheck();
    await dialog.getByRole("checkbox", { name: "Someone leaves a segment" }).uncheck();
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    await expect(dialog.getByText("Enter the endpoint URL.")).toBeVisible();
    await expect(dialog.getByText("Choose at least one event.")).toBeVisible();
    await expect(dialog.getByText("Choose at least one segment.")).toBeVisible();
    await expectAccessible(page, true);
    await dialog.getByLabel("URL").fill("http://hooks.example.org");
    await dialog.getByRole("radio", { name: "All, including future ones" }).check();
    await dialog.getByRole("checkbox", { name: "A run fails" }).check();
    await dialog.getByRole("button", { name: "Add webhook" }).click();
    await expect(dialog.getByText("Must be https, or http to this machine.")).toBeVisible();
  });

  test("a webhook is saved, and its secret is shown once", async ({ page, app }) => {
    await open(page, app);
    const main = page.getByRole("navigation", { name: "Main" });
    await main.getByRole("link", { name: "Segments" }).click();
    await main.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: "Manage webhooks" }).click();
    await page.getByRole("button", { name: "Add webhook" }).click();
    const form = page.getByRole("dialog", { name: "Add webhook" });
    await form.getByLabel("URL").fill(receiver.url);
    await form.getByRole("radio", { name: "Only selected ones" }).check();
    await form.getByRole("combobox", { name: "Selected segments" }).click();
    await form.getByRole("option", { name: "Pro Users" }).click();
    await page.keyboard.press("Tab");
    await expectAccessible(page, true);
    const [width, room] = await form.evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
    expect(width, "px in a dialog at 320 px").toBe(room);
    await page.setViewportSize({ width: 1280, height: 900 });
    await form.getByRole("radio", { name: "All, including future ones" }).check();
    await form.getByRole("button", { name: "Add webhook" }).click();
    const dialog = page.getByRole("dialog", { name: "Webhook added" });
    await expect(dialog.getByText("You won't see this secret again.")).toBeVisible();
    await expect(dialog.getByLabel("Secret")).toBeFocused();
    secret = await dialog.getByLabel("Secret").inputValue();
    expect(secret).toMatch(/^whsec_/);
    await expectAccessible(page, true);
    await page.keyboard.press("Escape");
    await page.evaluate(() => history.back());
    await expect(dialog, "only its button closes it").toBeVisible();
    await dialog.getByRole("button", { name: "Copy secret" }).click();
    await expect(dialog.getByRole("button", { name: "Copied" })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
    await dialog.getByRole("button", { name: "I've saved it" }).click();
    await expect(page.getByRole("button", { name: "Add webhook" })).toBeFocused();
    await expect(endpoint(page).getByText("All, including future ones")).toBeVisible();
    expect(await page.content()).not.toContain(secret);
    await page.reload();
    await expect(endpoint(page)).toBeVisible();
    expect(await page.content()).not.toContain(secret);
  });

  test("a test is sent, and its answer is shown", async ({ page, app }) => {
    await open(page, app);
    await endpoint(page).getByRole("button", { name: "Send a test" }).click();
    await expect(endpoint(page).getByText("Test delivered. The endpoint returned 204.")).toBeVisible();
    expect(verified(secret).type).toBe("webhook.test");
    receiver.code = 500;
    await page.keyboard.press("Enter");
    await expect(endpoint(page).getByText("The test failed. The endpoint returned 500")).toBeVisible();
    await expect(endpoint(page).getByRole("button", { name: "Send a test" })).toBeFocused();
    receiver.code = 204;
  });

  test("a delivery is listed with its answer, and is sent again", async ({ page, app }) => {
    await open(page, app);
    const rows = await openDeliveries(page);
    await expect(endpoint(page).getByText("Nothing sent yet")).toBeVisible();
    await add(app, "bob");
    await expect(rows.nth(1)).toContainText(/Joined: “Pro Users”\s*1 user, .*Delivered\s*204/);
    expect(verified(secret)).toMatchObject({
      type: "segment.entered",
      data: { users: [{ userId: "bob", cause: "admin" }] },
    });
    receiver.code = 500;
    await add(app, "cat");
    await expect(rows.nth(1)).toContainText(/Waiting\s*500/);
    const cells = rows.nth(1).getByRole("cell");
    await expect(cells.nth(5).locator("time"), "the next try").toBeVisible();
    await expect(endpoint(page).getByText("Every delivery has failed since")).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 1280, height: 900 });
    await endpoint(page).getByLabel("Filter deliveries by state").selectOption("Failed");
    await expect(endpoint(page).getByText("No deliveries in this state")).toBeVisible();
    await endpoint(page).getByLabel("Filter deliveries by state").selectOption("All states");
    receiver.code = 204;
    await rows.nth(1).getByRole("button", { name: "Send again: Joined: “Pro Users”" }).click();
    await expect(rows.nth(1)).toContainText(/Delivered\s*204/);
    await expect(cells.nth(5)).toHaveText("—");
    await expect(endpoint(page).getByText("Every delivery has failed since")).toBeHidden();
  });

  test("an ADMIN sees where it leads to and no more, and may not change it", async ({ page, app }) => {
    await open(page, app, "ADMIN");
    await expect(endpoint(page)).toBeVisible();
    expect(await page.content()).not.toContain("key=hidden");
    await expect(page.getByText("Only a SUPERADMIN can add, change, or delete webhooks")).toBeVisible();
    for (const [opens, does] of [
      ["New secret…", "Create new secret"],
      ["Turn off…", "Turn off"],
      ["Delete…", "Delete webhook"],
      ["Edit…", "Save"],
    ] as const) {
      await endpoint(page).getByRole("button", { name: opens }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("button", { name: does, exact: true }).click();
      await expect(dialog.getByText("You need the SUPERADMIN role.")).toBeVisible();
      await page.keyboard.press("Escape");
      await expect(endpoint(page).getByRole("button", { name: opens })).toBeFocused();
    }
  });

  test("it is edited, gets a new secret beside the old one, is turned off and on, and deleted", async ({
    page,
    app,
  }) => {
    await open(page, app);
    await endpoint(page).getByRole("button", { name: "Edit…" }).click();
    const form = page.getByRole("dialog", { name: "Edit webhook" });
    await expect(form.getByLabel("URL")).toHaveValue(receiver.url);
    await form.getByRole("radio", { name: "Yes", exact: true }).check();
    await form.getByRole("button", { name: "Save" }).click();
    await expect(endpoint(page).getByText("Email addresses and names")).toBeVisible();

    await endpoint(page).getByRole("button", { name: "New secret…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Create new secret" }).click();
    const dialog = page.getByRole("dialog", { name: "New secret" });
    await expect(dialog.getByText("The old secret works for 24 more hours.")).toBeVisible();
    const next = await dialog.getByLabel("Secret").inputValue();
    await dialog.getByRole("button", { name: "I've saved it" }).click();
    await expect(endpoint(page).getByText("the old one works until")).toBeVisible();
    await endpoint(page).getByRole("button", { name: "Send a test" }).click();
    await expect(endpoint(page).getByText("Test delivered.")).toBeVisible();
    for (const either of [secret, next]) expect(verified(either).type).toBe("webhook.test");

    await endpoint(page).getByRole("button", { name: "Turn off…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
    await expect(endpoint(page).getByText("An admin turned it off.")).toBeVisible();
    const rows = await openDeliveries(page);
    await expect(rows.nth(1).getByRole("button", { name: /^Send again/ })).toBeDisabled();
    await endpoint(page).getByRole("button", { name: "Turn on…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
    await expect(endpoint(page).getByRole("button", { name: "Turn off…" })).toBeVisible();
    await expect(endpoint(page).getByText("On", { exact: true })).toBeVisible();

    receiver.code = 410;
    await app.api.call("adminAudience.removeUserFromSegment", { ...PRO, userId: "bob" });
    await expect(endpoint(page).getByText("Turned off: the endpoint is gone")).toBeVisible();
    await expect(rows.nth(1)).toContainText(/Left: “Pro Users”.*Failed\s*410/);
    await expectAccessible(page);

    await endpoint(page).getByRole("button", { name: "Delete…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete webhook" }).click();
    await expect(page.getByText("No webhooks yet")).toBeVisible();
    await expect(page.getByRole("heading", { name: "Webhooks", exact: true })).toBeFocused();
  });
});

/** Adds a user to the segment by hand. */
async function add(app: App, userId: string) {
  await app.api.call("adminAudience.addUserToSegment", { ...PRO, userId });
}
