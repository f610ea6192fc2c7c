// People, one of them, and what they and others did.
import { expect } from "../fixtures.ts";
import type { States } from "./state.ts";

export const PEOPLE: States = {
  people: { path: "/people", reach: (page) => expect(page.getByRole("table", { name: "People" })).toBeVisible() },
  person: {
    path: "/people/markup",
    async reach(page, app) {
      const key = { segmentType: "plan", segmentValue: "pro" } as const;
      await app.api.call("adminAudience.addUserToSegment", { ...key, userId: "markup" });
      await page.reload();
      await expect(page.getByRole("table", { name: "Added or excluded by hand" })).toBeVisible();
      await page.getByLabel("Segment", { exact: true }).selectOption("plan:free");
      await expect(page.getByText("Not a member")).toBeVisible();
      await expect(page.getByRole("table", { name: "Activity" })).toBeVisible();
    },
  },
  activity: { path: "/activity", reach: (page) => expect(page.getByRole("table", { name: "Activity" })).toBeVisible() },
};
