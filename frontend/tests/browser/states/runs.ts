// Runs and alerts.
import type { Page } from "@playwright/test";
import { type App, expect } from "../fixtures.ts";
import type { States } from "./state.ts";

export const RUNS: States = {
  runs: { path: "/runs", reach: (page) => expect(page.getByRole("table", { name: "Runs" })).toBeVisible() },
  run: { path: "/runs/1", reach: (page) => expect(page.getByText("users per second")).toBeVisible() },
  alerts: {
    path: "/",
    async reach(page, app) {
      await app.api.call("adminAudience.saveAlert", { segment: "plan:free", kind: "sizeAbove", threshold: 0 });
      await app.api.call("adminAudience.runAutoSegmentation", {});
      await page.goto("/alerts");
      await expect(page.getByRole("list", { name: "Firing now" })).toBeVisible({ timeout: 60_000 });
      await expect(page.getByRole("table", { name: "History" })).toBeVisible();
      await expect(page.getByRole("link", { name: "Alerts: 1 firing" })).toBeVisible();
    },
  },
  "alert dialog": {
    above: true,
    path: "/alerts",
    async reach(page) {
      await page.getByRole("button", { name: "New alert" }).click();
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText("Choose a segment.")).toBeVisible();
    },
  },
  "run that held back": {
    path: "/",
    reach: openHeldBack,
  },
  "held back dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      await openHeldBack(page, app);
      await page
        .getByRole("button", { name: /^See who would leave/ })
        .first()
        .click();
      await expect(page.getByRole("dialog").getByRole("link").first()).toBeVisible();
    },
  },
  "allow removals dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      await openHeldBack(page, app);
      await page
        .getByRole("button", { name: /^Run again and allow removals in/ })
        .first()
        .click();
      await expect(page.getByRole("dialog", { name: "Allow these removals?" })).toBeVisible();
    },
  },
  "delete alert dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      await app.api.call("adminAudience.saveAlert", { segment: "plan:pro", kind: "sizeAbove", threshold: 1_000_000 });
      await page.goto("/alerts");
      await page
        .getByRole("button", { name: /^Delete alert: / })
        .first()
        .click();
      await expect(page.getByRole("dialog", { name: "Delete alert?" })).toBeVisible();
    },
  },
};

/** The page of a run that would have removed most members of a segment. */
async function openHeldBack(page: Page, { api }: App) {
  const users = (plan: "PREMIUM" | "FREE") =>
    Array.from({ length: 150 }, (_, place) => ({
      id: `held${place}`,
      email: `held${place}@example.org`,
      plan,
      createdAt: "2025-01-01T00:00:00Z",
    }));
  await api.call("adminAudience.upsertUsers", { users: users("PREMIUM"), evaluate: true });
  await api.call("adminAudience.upsertUsers", { users: users("FREE") });
  const { runId } = await api.call("adminAudience.runAutoSegmentation", {});
  await page.goto(`/runs/${runId}`);
  await expect(page.getByRole("region", { name: "Held back" })).toBeVisible({ timeout: 60_000 });
}
