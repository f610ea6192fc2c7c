// Signing in, and what stands around every page.
import { expect, rowsOf } from "../fixtures.ts";
import type { States } from "./state.ts";

export const SESSION: States = {
  "sign in": {
    path: "/",
    signedIn: false,
    reach: (page) => expect(page.getByLabel("Token", { exact: true })).toBeVisible(),
  },
  "sign in again": {
    above: true,
    path: "/",
    signedIn: false,
    async reach(page, app) {
      await page.getByLabel("Token", { exact: true }).fill(app.server.tokenOf("ADMIN", "to be revoked"));
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(rowsOf(page).first()).toBeVisible();
      app.server.revoke("to be revoked");
      await page.getByRole("button", { name: "Refresh" }).click();
      await expect(page.getByRole("dialog", { name: "Sign in again" })).toBeVisible();
    },
  },
  "page not found": {
    path: "/nowhere",
    reach: (page) => expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible(),
  },
  failure: {
    path: "/nowhere",
    async reach(page) {
      await page.route("**/rpc", (route) => route.abort());
      await page.getByRole("link", { name: "See all segments" }).click();
      await expect(page.getByText("The server cannot be reached").first()).toBeVisible();
    },
  },
  palette: {
    above: true,
    path: "/",
    async reach(page) {
      await page.getByRole("button", { name: "Find segments, people and pages" }).click();
      await expect(page.getByRole("option", { name: "Runs" })).toBeVisible();
    },
  },
};
