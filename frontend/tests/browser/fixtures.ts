// Fixtures: a server on the database of the demonstration, and a signed-in page.
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import { createClient } from "../../src/api/client.ts";
import type { Database } from "../database.ts";
import { type Mail, Server } from "../server.ts";
import { usersCsv } from "../users.ts";

const USERS = usersCsv([
  "markup,markup@example.org,<b>Bold</b>,<img src=x onerror=alert(1)>,ENTERPRISE,USER,0,0,1,2020-01-01T00:00:00Z,2019-01-01T00:00:00Z",
]);
/** Tests are faster than people. */
export const MANY_CALLS = ["--calls-per-minute", "100000"];

export type Api = ReturnType<typeof createClient>;

export interface AppOptions {
  database?: Database;
  /** A CSV of users to import before the server starts. */
  users?: string;
  serveOptions?: string[];
  mail?: Mail;
}

/** A server that serves the console, and a token and a client for it. */
export interface App {
  server: Server;
  origin: string;
  token: string;
  api: Api;
}

export async function startApp({ database = "demo", users = USERS, serveOptions = MANY_CALLS, mail }: AppOptions) {
  const server = await Server.start(database, users, serveOptions, mail);
  const token = server.tokenOf("ADMIN");
  return { server, origin: new URL(server.url).origin, token, api: createClient({ url: server.url, token }) };
}

interface TestFixtures {
  /** Whether the page comes with a token. */
  signedIn: boolean;
  /** Errors of the page, violations of the content security policy among them. A test fails if any is left at its end. */
  pageErrors: string[];
}

interface WorkerFixtures {
  /**
   * Each file must set its own object, if only `test.use({ appOptions: {} })`. Playwright compares these objects by
   * identity, so each file gets its own worker and its own server.
   */
  appOptions: AppOptions | undefined;
  app: App;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  appOptions: [undefined, { scope: "worker", option: true }],
  app: [
    async ({ appOptions }, use) => {
      if (appOptions === undefined) throw new Error("set test.use({ appOptions: {} }) in the file");
      const app = await startApp(appOptions);
      await use(app);
      await app.server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  baseURL: ({ app }, use) => use(app.origin),
  signedIn: [true, { option: true }],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the dependencies of a fixture from its first parameter
  pageErrors: async ({}, use) => {
    const errors: string[] = [];
    await use(errors);
    expect(errors, "errors of the page").toEqual([]);
  },
  page: async ({ page, app, signedIn, pageErrors }, use) => {
    page.on("pageerror", (error) => pageErrors.push(error.message));
    page.on("console", (message) => {
      // Chromium logs answers such as 401 too, which are not errors of the page.
      const isResponse = message.text().includes("Failed to load resource");
      if (message.type() === "error" && !isResponse) pageErrors.push(message.text());
    });
    if (signedIn) await page.addInitScript((token) => sessionStorage.setItem("audience.token", token), app.token);
    await use(page);
    // A request may still be on its way through a route.
    await page.unrouteAll({ behavior: "ignoreErrors" });
  },
});

export { expect };

/** The rows of the segments that are listed. */
export function rowsOf(page: Page) {
  return page.getByRole("table", { name: "Segments" }).locator("tbody").getByRole("row");
}

/** The row of a segment in the list. */
export function rowOf(page: Page, name: string) {
  return page.getByRole("row", { name, exact: true });
}

/** How many members the list says a segment has. */
export async function membersOn(page: Page, name: string): Promise<number> {
  return Number((await rowOf(page, name).locator("strong").first().innerText()).replaceAll(",", ""));
}

/** Changes the field of a condition, by its label. The click and what is typed are all that it takes. */
export async function chooseField(field: Locator, label: string) {
  await field.click();
  await field.page().keyboard.type(label);
  await field.press("Enter");
  await expect(field).toHaveValue(label);
}
