// Reports, and the dialogs about goals.
import { expect } from "../fixtures.ts";
import type { States } from "./state.ts";

export const ANALYTICS: States = {
  money: {
    path: "/analytics/money",
    reach: (page) => expect(page.getByRole("region", { name: /^Revenue by segment/ }).first()).toBeVisible(),
  },
  cohorts: {
    path: "/analytics/cohorts",
    reach: (page) => expect(page.getByRole("region", { name: "Cohorts by column" })).toBeVisible(),
  },
  engagement: {
    path: "/analytics/engagement",
    reach: (page) => expect(page.getByRole("region", { name: "Active Users by week" })).toBeVisible(),
  },
  forecast: {
    path: "/analytics/forecast?segment=lifecycle:active&days=3&who=leave",
    reach: (page) => expect(page.getByRole("region", { name: "People", exact: true })).toBeVisible(),
  },
  lift: {
    path: "/analytics/lift?segment=lifecycle:inactive&goal=event&event=lesson",
    reach: (page) => expect(page.getByRole("region", { name: /^Those who got the message/ })).toBeVisible(),
  },
  comparison: {
    path: "/analytics/compare?a=plan:pro&b=plan:free",
    reach: (page) => expect(page.getByRole("region", { name: "Rates of both segments" })).toBeVisible(),
  },
  "save goal dialog": {
    above: true,
    path: "/analytics/conversion",
    async reach(page) {
      await page.getByRole("button", { name: "Save goal…" }).click();
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await expect(page.getByText("Enter a name.")).toBeVisible();
    },
  },
  "delete goal dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      const goal = { event: "lesson" };
      const saved = await app.api.call("adminAudience.saveGoal", { name: "To be deleted", goal });
      await page.goto(`/analytics/conversion?goal=${saved.goal.id}`);
      await page.getByRole("button", { name: "Delete goal…" }).click();
      await expect(page.getByRole("dialog", { name: "Delete To be deleted?" })).toBeVisible();
    },
  },
};
