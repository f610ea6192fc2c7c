// The list of segments, and its dialogs.
import { expect, rowOf } from "../fixtures.ts";
import { custom, type States } from "./state.ts";

export const SEGMENTS: States = {
  segments: { path: "/", reach: (page) => expect(page.getByRole("img").nth(12)).toBeVisible() },
  "segments grouped, and some selected": {
    path: "/?group=type&sort=-members",
    async reach(page) {
      await page.getByLabel("Select Pro Users").check();
      await page.getByLabel("Select Free Users").check();
      await expect(page.getByRole("region", { name: "Selected segments" })).toBeVisible();
    },
  },
  "tags dialog": {
    above: true,
    path: "/",
    async reach(page) {
      await page.getByLabel("Select Pro Users").check();
      await page.getByLabel("Select Free Users").check();
      await page.getByRole("button", { name: "Tags…" }).click();
      await page.getByLabel("New tag").fill("autumn");
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await expect(page.getByLabel("autumn")).toBeChecked();
    },
  },
  "saved views dialog": {
    above: true,
    path: "/?show=active",
    async reach(page) {
      await page.getByRole("button", { name: "Saved views…" }).click();
      await page.getByLabel("Save the list as it is").fill("Active ones");
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByRole("button", { name: "Saved views…" }).click();
      await expect(page.getByRole("button", { name: "Active ones", exact: true })).toBeVisible();
    },
  },
  "segments as cards": {
    path: "/?view=cards",
    reach: (page) => expect(page.getByRole("article").nth(12)).toBeVisible(),
  },
  "no match": { path: "/?q=zzz", reach: (page) => expect(page.getByText("No segments match")).toBeVisible() },
  menu: {
    path: "/",
    async reach(page) {
      await rowOf(page, "Pro Users").getByRole("button", { name: "More actions" }).click();
      await expect(page.getByRole("menuitem").first()).toBeVisible();
    },
  },
  "delete dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      await custom(app.api, "To be deleted");
      await page.reload();
      await rowOf(page, "To be deleted").getByRole("button", { name: "More actions" }).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
      await expect(page.getByRole("dialog", { name: "Delete To be deleted?" })).toBeVisible();
    },
  },
  compare: {
    path: "/compare?segments=plan:free,lifecycle:churned,lifecycle:active",
    reach: (page) => expect(page.getByRole("table", { name: "In common" })).toBeVisible(),
  },
  "archive dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      await custom(app.api, "To be archived");
      await page.reload();
      await page.getByLabel("Select To be archived").check();
      await page.getByLabel("Select Free Users").check();
      await page.getByRole("button", { name: "Archive…" }).click();
      await expect(page.getByRole("dialog", { name: "Archive 1 segment?" })).toBeVisible();
    },
  },
};
