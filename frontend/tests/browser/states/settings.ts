// Settings, and what has a page of its own below them.
import type { Page } from "@playwright/test";
import { type App, expect } from "../fixtures.ts";
import type { States } from "./state.ts";

export const SETTINGS: States = {
  settings: {
    path: "/settings",
    async reach(page) {
      await expect(page.getByRole("table", { name: "Attributes" })).toBeVisible();
      await expect(page.getByText("Levels of groups")).toBeVisible();
    },
  },
  "attribute dialog": {
    above: true,
    path: "/settings",
    async reach(page) {
      await page.getByRole("button", { name: "Declare attribute…" }).click();
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.locator("[data-error]").first()).toBeVisible();
    },
  },
  tokens: {
    path: "/tokens",
    signedIn: false,
    reach: openTokens,
  },
  "event names": {
    path: "/event-names",
    reach: (page) => expect(page.getByRole("table", { name: "Event names" })).toBeVisible(),
  },
  webhooks: {
    path: "/webhooks",
    reach: (page) => expect(page.getByText("No webhooks yet")).toBeVisible(),
  },
  sync: { path: "/sync", reach: (page) => expect(page.getByText("No one is suppressed")).toBeVisible() },
  "archive attribute dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      await app.api.call("adminAudience.saveAttribute", { key: "gone_soon", label: "Gone soon", type: "text" });
      await page.goto("/settings");
      await page.getByRole("button", { name: "Archive Gone soon" }).click();
      await expect(page.getByRole("dialog", { name: "Archive Gone soon?" })).toBeVisible();
    },
  },
  "create token dialog": {
    above: true,
    path: "/tokens",
    signedIn: false,
    async reach(page, app) {
      await openTokens(page, app);
      await page.getByRole("button", { name: "Create token" }).click();
      const dialog = page.getByRole("dialog", { name: "Create token" });
      await dialog.getByRole("button", { name: "Create token" }).click();
      await expect(dialog.getByText("Enter a name.")).toBeVisible();
    },
  },
  "created token dialog": {
    above: true,
    path: "/tokens",
    signedIn: false,
    async reach(page, app) {
      await openTokens(page, app);
      await page.getByRole("button", { name: "Create token" }).click();
      const dialog = page.getByRole("dialog", { name: "Create token" });
      await dialog.getByLabel("Name").fill("For the app");
      await dialog.getByRole("button", { name: "Create token" }).click();
      await expect(page.getByRole("dialog", { name: "Token created" })).toBeVisible();
    },
  },
  "revoke token dialog": {
    above: true,
    path: "/tokens",
    signedIn: false,
    async reach(page, app) {
      await openTokens(page, app);
      await page
        .getByRole("button", { name: /^Revoke / })
        .first()
        .click();
      await expect(page.getByRole("dialog", { name: /^Revoke / })).toBeVisible();
    },
  },
};

/** Signs in as somebody who may see them. */
async function openTokens(page: Page, { server }: App) {
  await page.getByLabel("Token", { exact: true }).fill(server.tokenOf("SUPERADMIN", "measured"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("table", { name: "Tokens" })).toBeVisible();
}
