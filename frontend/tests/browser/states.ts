// Every screen of the console and its states, for what is tested on all of them.
import type { Page } from "@playwright/test";
import type { CriteriaItem } from "../../src/api/client.ts";
import { type Api, type App, chooseField, expect, rowOf, rowsOf } from "./fixtures.ts";

interface State {
  path: string;
  signedIn?: boolean;
  /** Whether only the uppermost dialog is new, and what lies below it is a state of its own. */
  above?: boolean;
  reach: (page: Page, app: App) => Promise<void>;
}

/** Every screen, and its states. */
export const STATES: Record<string, State> = {
  "sign in": {
    path: "/",
    signedIn: false,
    reach: (page) => expect(page.getByLabel("Token", { exact: true })).toBeVisible(),
  },
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
  failure: {
    path: "/nowhere",
    async reach(page) {
      await page.route("**/rpc", (route) => route.abort());
      await page.getByRole("link", { name: "See all segments" }).click();
      await expect(page.getByText("The server cannot be reached").first()).toBeVisible();
    },
  },
  "page not found": {
    path: "/nowhere",
    reach: (page) => expect(page.getByRole("heading", { name: "Page not found" })).toBeVisible(),
  },
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
  builder: {
    path: "/segments/new",
    async reach(page) {
      await page.getByLabel("Value of Plan").selectOption("PRO");
      await page.getByRole("button", { name: "Add group to Definition" }).click();
      await chooseField(page.getByLabel("Field").nth(1), "Segment");
      await expect(page.getByRole("complementary").getByText(/of [\d,]+ users/)).toBeVisible();
    },
  },
  webhooks: {
    path: "/webhooks",
    reach: (page) => expect(page.getByText("No webhooks yet")).toBeVisible(),
  },
  sync: { path: "/sync", reach: (page) => expect(page.getByText("No one is suppressed")).toBeVisible() },
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
      await page.getByLabel("Search by name or email").fill(users[0]?.id ?? "");
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
      await expect(page.getByRole("option").first()).toBeVisible();
    },
  },
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
  runs: { path: "/runs", reach: (page) => expect(page.getByRole("table", { name: "Runs" })).toBeVisible() },
  run: { path: "/runs/1", reach: (page) => expect(page.getByText("users per second")).toBeVisible() },
  activity: { path: "/activity", reach: (page) => expect(page.getByRole("table", { name: "Activity" })).toBeVisible() },
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
  compare: {
    path: "/compare?segments=plan:free,lifecycle:churned,lifecycle:active",
    reach: (page) => expect(page.getByRole("table", { name: "In common" })).toBeVisible(),
  },
  settings: {
    path: "/settings",
    async reach(page) {
      await expect(page.getByRole("table", { name: "Attributes" })).toBeVisible();
      await expect(page.getByText("Levels of groups")).toBeVisible();
    },
  },
  tokens: {
    path: "/tokens",
    signedIn: false,
    async reach(page, app) {
      await page.getByLabel("Token", { exact: true }).fill(app.server.tokenOf("SUPERADMIN", "measured"));
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("table", { name: "Tokens" })).toBeVisible();
    },
  },
  "event names": {
    path: "/event-names",
    reach: (page) => expect(page.getByRole("table", { name: "Event names" })).toBeVisible(),
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
  palette: {
    above: true,
    path: "/",
    async reach(page) {
      await page.getByRole("button", { name: "Find segments, people and pages" }).click();
      await expect(page.getByRole("option", { name: "Runs" })).toBeVisible();
    },
  },
  "choosing segments": {
    path: "/segments/new",
    async reach(page) {
      await chooseField(page.getByLabel("Field"), "Segment");
      await page.getByRole("combobox", { name: "Value of Segment" }).click();
      await expect(page.getByRole("listbox").getByRole("option", { name: "Pro Users" })).toBeVisible();
    },
  },
  "finding a field": {
    path: "/segments/new",
    async reach(page) {
      await page.getByLabel("Add a condition to Definition by name").press("ArrowDown");
      await page.getByLabel("Add a condition to Definition by name").press("ArrowDown");
      await expect(page.getByRole("listbox").getByRole("option", { name: "Plan" })).toHaveAttribute(
        "aria-selected",
        "true",
      );
    },
  },
  "several segments chosen": {
    path: "/segments/new",
    async reach(page) {
      await chooseField(page.getByLabel("Field"), "Segment");
      for (const name of ["Pro Users", "Churned"]) {
        await page.getByRole("combobox", { name: "Value of Segment" }).fill(name);
        await page.keyboard.press("Enter");
      }
      await expect(page.getByRole("list", { name: "Chosen" }).getByRole("listitem")).toHaveCount(2);
    },
  },
  edit: {
    path: "/",
    async reach(page, app) {
      await page.goto(`/segments/${await custom(app.api, "To be measured")}/edit`);
      await page.getByLabel("Value of Level").fill("1");
      await page.getByRole("region", { name: "Effect of saving" }).getByText("join").click();
    },
  },
  "leave dialog": {
    above: true,
    path: "/segments/new",
    async reach(page) {
      await page.getByRole("textbox", { name: "Name" }).fill("Unsaved");
      await page.getByRole("link", { name: "Cancel" }).click();
      await expect(page.getByRole("dialog", { name: "Discard unsaved changes?" })).toBeVisible();
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
  "versions dialog": {
    above: true,
    path: "/",
    async reach(page, app) {
      await page.goto(`/segments/custom/${await custom(app.api, "With versions")}`);
      await page.getByRole("button", { name: "Versions", exact: true }).click();
      await expect(page.getByRole("dialog", { name: "Versions of" }).getByRole("listitem")).toBeVisible();
    },
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
  "builder with a conflict": {
    path: "/",
    async reach(page, app) {
      const id = await custom(app.api, "Contended by two");
      await page.goto(`/segments/${id}/edit`);
      await page.getByLabel("Value of Level").fill("7");
      await saveVersion(app.api, id, "Contended by two");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByRole("button", { name: "Compare" }).click();
      await expect(page.getByText("Level is more than 4.")).toBeVisible();
    },
  },
  "builder with faults": {
    path: "/segments/new",
    async reach(page) {
      await page.getByRole("button", { name: "Create segment" }).click();
      await expect(page.locator("[data-faulty=true]")).toBeVisible();
    },
  },
};

/** A custom segment, by its id. */
async function custom(api: Api, name: string): Promise<string> {
  const criteria: CriteriaItem[] = [{ field: "level", operator: ">", value: 3 }];
  const made = await api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  return made.segment.segmentValue;
}

/** Gives a custom segment its second version. */
async function saveVersion(api: Api, segmentValue: string, name: string) {
  const criteria: CriteriaItem[] = [{ field: "level", operator: ">", value: 4 }];
  await api.call("adminAudience.updateCustomSegment", { segmentValue, version: 1, name, combineWith: "AND", criteria });
}
