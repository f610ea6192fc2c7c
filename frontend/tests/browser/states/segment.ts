// One segment: the quick look, its page with all tabs, and their dialogs.
import { expect } from "../fixtures.ts";
import { custom, type States, saveVersion } from "./state.ts";

export const SEGMENT: States = {
  "segment not found": {
    path: "/segments/gone/edit",
    reach: (page) => expect(page.getByRole("heading", { name: "This segment does not exist" })).toBeVisible(),
  },
  detail: {
    path: "/segments/plan/free",
    reach: (page) => expect(page.getByRole("table", { name: "Members" })).toBeVisible(),
  },
  "kept out": {
    above: true,
    path: "/segments/plan/free?panel=excluded",
    reach: (page) => expect(page.getByText("No one is excluded")).toBeVisible(),
  },
  "remove dialog": {
    above: true,
    path: "/segments/plan/free",
    async reach(page) {
      await page
        .getByRole("button", { name: /^Remove / })
        .first()
        .click();
      await expect(page.getByLabel("Reason")).toBeVisible();
    },
  },
  "why dialog": {
    above: true,
    path: "/segments/lifecycle/churned",
    async reach(page) {
      await page
        .getByRole("button", { name: /^Why is / })
        .first()
        .click();
      await expect(page.getByText("Member", { exact: true })).toBeVisible();
    },
  },
  "segment page": {
    path: "/segments/plan/free/overview",
    reach: (page) => expect(page.getByRole("img", { name: /^Size by day/ })).toBeVisible(),
  },
  "segment members": {
    path: "/segments/plan/free/members",
    reach: (page) => expect(page.getByRole("table", { name: "Members" })).toBeVisible(),
  },
  "segment added by hand": {
    path: "/segments/plan/free/included",
    reach: (page) => expect(page.getByText("No one was added by hand")).toBeVisible(),
  },
  "segment joined": {
    path: "/segments/plan/free/joined",
    reach: (page) => expect(page.getByRole("table", { name: "Joined" })).toBeVisible(),
  },
  "segment conversion": {
    path: "/segments/plan/free/conversion",
    reach: (page) => expect(page.getByRole("table").first()).toBeVisible(),
  },
  "segment engagement": {
    path: "/segments/plan/free/engagement",
    reach: (page) => expect(page.getByRole("region", { name: "Free Users by week" })).toBeVisible(),
  },
  "segment money": {
    path: "/segments/plan/free/money",
    reach: (page) => expect(page.getByRole("region", { name: "Revenue in EUR" })).toBeVisible(),
  },
  "segment definition": {
    path: "/",
    async reach(page, app) {
      await page.goto(`/segments/custom/${await custom(app.api, "To be defined")}/definition`);
      await expect(page.getByRole("region", { name: "Versions" }).getByRole("listitem")).toBeVisible();
    },
  },
  "nobody found": {
    path: "/segments/plan/free/members",
    async reach(page, app) {
      const key = { segmentType: "plan", segmentValue: "pro" } as const;
      const { users } = await app.api.call("adminAudience.getSegmentUsers", key);
      await page.getByLabel("Search by name, email or ID").fill(users[0]?.id ?? "");
      await expect(page.getByRole("button", { name: /^Add anyway: / })).toBeVisible();
    },
  },
  "add dialog": {
    above: true,
    path: "/segments/plan/free/members",
    async reach(page) {
      await page.getByRole("button", { name: "Add person…" }).click();
      await page.getByRole("button", { name: "Add", exact: true }).click();
      await expect(page.getByText("Choose a person, or enter an ID.")).toBeVisible();
    },
  },
  "add dialog with people": {
    above: true,
    path: "/segments/plan/free/members",
    async reach(page) {
      await page.getByRole("button", { name: "Add person…" }).click();
      await page.getByRole("combobox", { name: "Person" }).fill("an");
      await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
    },
  },
  "export dialog": {
    above: true,
    path: "/segments/plan/free/members",
    async reach(page) {
      await page.getByRole("button", { name: "Export members…" }).click();
      await expect(page.getByRole("dialog").getByRole("button", { name: "Export", exact: true })).toBeFocused();
    },
  },
  "versions dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      await page.goto(`/segments/custom/${await custom(app.api, "With versions")}`);
      await page.getByRole("button", { name: "Versions", exact: true }).click();
      await expect(page.getByRole("dialog", { name: "Versions of" }).getByRole("listitem")).toBeVisible();
    },
  },
  "restore dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      const id = await custom(app.api, "To be restored");
      await saveVersion(app.api, id, "To be restored");
      await page.goto(`/segments/custom/${id}`);
      await page.getByRole("button", { name: "Versions", exact: true }).click();
      await page.getByRole("button", { name: "Restore version 1…" }).click();
      await expect(page.getByText(/^[\d,]+ joins?, [\d,]+ leaves?$/)).toBeVisible();
    },
  },
  "segment left": {
    path: "/segments/lifecycle/active/left",
    reach: (page) => expect(page.getByRole("table", { name: "Left" })).toBeVisible(),
  },
  "segment excluded": {
    path: "/",
    async reach(page, app) {
      const id = await custom(app.api, "With an exclusion");
      const key = { segmentType: "custom", segmentValue: id } as const;
      const { users } = await app.api.call("adminAudience.getSegmentUsers", key);
      const reason = "Asked to be left out";
      await app.api.call("adminAudience.removeUserFromSegment", { ...key, userId: users[0]?.id ?? "", reason });
      await page.goto(`/segments/custom/${id}/excluded`);
      await expect(page.getByText(reason)).toBeVisible();
    },
  },
  "segment activity": {
    path: "/",
    async reach(page, app) {
      await page.goto(`/segments/custom/${await custom(app.api, "With activity")}/activity`);
      await expect(page.getByRole("table", { name: "Activity" })).toBeVisible();
    },
  },
};
