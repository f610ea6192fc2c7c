// The console in a real Chromium, against real servers. `cargo xtask test` says where the programs are.
import { defineConfig } from "@playwright/test";
import { program } from "./tests/program.ts";

/** As long as a page may take on a busy machine. What is measured has limits of its own. */
const PATIENCE = 30_000;

/** What they measure are times: a neighbor would slow them down. */
const MEASURES = ["many", "slow", "typing"].map((name) => `**/${name}.test.ts`);

export default defineConfig({
  testDir: "tests/browser",
  outputDir: "test-results",
  reporter: "list",
  // Most of the time, a test waits for its page or its server.
  workers: 2,
  projects: [
    { name: "pages", testMatch: "*.test.ts", testIgnore: MEASURES },
    { name: "measures", testMatch: MEASURES },
  ],
  forbidOnly: process.env.CI === "true",
  retries: process.env.CI === "true" ? 1 : 0,
  timeout: 180_000,
  expect: { timeout: PATIENCE },
  use: {
    actionTimeout: PATIENCE,
    navigationTimeout: PATIENCE,
    trace: "retain-on-failure",
    viewport: { width: 1280, height: 900 },
    colorScheme: "light",
    timezoneId: "Asia/Tokyo",
    contextOptions: { reducedMotion: "reduce" },
    launchOptions: {
      executablePath: program("CHROMIUM"),
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
