// The console in a real Chromium, against real servers. `cargo xtask test` says where the programs are.
import { defineConfig } from "@playwright/test";
import { program } from "./tests/program.ts";

/** As long as a page may take on a busy machine. What is measured has limits of its own. */
const PATIENCE = 30_000;

export default defineConfig({
  testDir: "tests/browser",
  testMatch: "*.test.ts",
  outputDir: "test-results",
  reporter: "list",
  // One after the other: a neighbor would slow down what is measured.
  workers: 1,
  forbidOnly: process.env.CI === "true",
  retries: process.env.CI === "true" ? 1 : 0,
  timeout: 180_000,
  expect: { timeout: PATIENCE },
  use: {
    actionTimeout: PATIENCE,
    navigationTimeout: PATIENCE,
    trace: "on-first-retry",
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
