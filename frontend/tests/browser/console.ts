// The console in a real browser, before a real server on the database of the demonstration.
import { after, before } from "node:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { createClient } from "../../src/api/client.ts";
import type { Database } from "../database.ts";
import { program } from "../program.ts";
import { Server } from "../server.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const USERS = `id,email,firstName,lastName,plan,role,currentStreak,totalPoints,level,lastActivityAt,createdAt
markup,markup@example.org,<b>Bold</b>,<img src=x onerror=alert(1)>,ENTERPRISE,USER,0,0,1,2020-01-01T00:00:00Z,2019-01-01T00:00:00Z
`;
/** Enough for tests, which are faster than people. */
export const MANY_CALLS = ["--calls-per-minute", "100000"];
/** How long a page is waited for: as long as it may take where much else runs. What is measured has bars of its own. */
const PATIENCE = 30_000;

export type Api = ReturnType<typeof createClient>;

/** What the server is started with. */
export interface Setting {
  database?: Database;
  /** A CSV of users to take in besides. */
  users?: string;
  serveOptions?: string[];
}

export interface Options {
  width?: number;
  height?: number;
  scheme?: "light" | "dark";
  /** Whether to come with a token. */
  signedIn?: boolean;
}

/** A server and a browser for the tests of a file. */
export class Console {
  private readonly faults: string[] = [];
  private constructor(
    private readonly browser: Browser,
    readonly server: Server,
    readonly origin: string,
    readonly token: string,
    readonly api: Api,
  ) {}

  static async start({ database = "demo", users = USERS, serveOptions = MANY_CALLS }: Setting = {}): Promise<Console> {
    const server = await Server.start(database, users, serveOptions);
    try {
      const browser = await chromium.launch({ executablePath: program("CHROMIUM"), args: FLAGS });
      const token = server.tokenOf("ADMIN");
      return new Console(browser, server, new URL(server.url).origin, token, createClient({ url: server.url, token }));
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** A tab of its own, at an address. What its console complains of is kept. */
  async open(path: string, { width = 1280, height = 900, scheme = "light", signedIn = true }: Options = {}) {
    const context = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: "reduce",
      timezoneId: "Asia/Tokyo",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.on("pageerror", (error) => this.faults.push(`${path}: ${error.message}`));
    page.on("console", (message) => {
      // Answers such as 401 are said there too, and are no faults of the page.
      const isAnswer = /Failed to load resource/.test(message.text());
      if (message.type() === "error" && !isAnswer) this.faults.push(`${path}: ${message.text()}`);
    });
    if (signedIn) await page.addInitScript((token) => sessionStorage.setItem("audience.token", token), this.token);
    await page.goto(this.origin + path);
    return page;
  }

  /** What consoles complained of since this was last asked, violations of the content security policy among it. */
  complaints(): string[] {
    return this.faults.splice(0);
  }

  async stop() {
    await this.browser.close();
    await this.server.stop();
  }
}

/** One for all tests of a file. */
export function theConsole(setting: Setting = {}): () => Console {
  let started: Console | undefined;
  before(async () => {
    started = await Console.start(setting);
  });
  after(() => started?.stop());
  return () => {
    if (started === undefined) throw new Error("the console did not start");
    return started;
  };
}

/** The card of a segment. */
export function cardOf(page: Page, name: string) {
  return page.getByRole("article", { name, exact: true });
}

/** How many members a card says a segment has. */
export async function membersOn(page: Page, name: string): Promise<number> {
  return Number((await cardOf(page, name).locator("strong").first().innerText()).replaceAll(",", ""));
}
