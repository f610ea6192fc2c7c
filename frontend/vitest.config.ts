import { defineConfig } from "vitest/config";

const SERVER_START = 60_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "console",
          environment: "jsdom",
          include: ["src/**/*.test.{ts,tsx}"],
          setupFiles: ["src/testing/setup.ts"],
          testTimeout: 30_000,
        },
      },
      {
        // Against real servers, which `cargo xtask test` builds.
        test: {
          name: "api",
          environment: "node",
          include: ["tests/*.test.ts"],
          testTimeout: 30_000,
          hookTimeout: SERVER_START,
        },
      },
    ],
  },
});
