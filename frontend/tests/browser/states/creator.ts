// The builder of segments.
import { chooseField, expect } from "../fixtures.ts";
import { custom, type States, saveVersion } from "./state.ts";

export const CREATOR: States = {
  builder: {
    path: "/segments/new",
    async reach(page) {
      await page.getByLabel("Value of Plan").selectOption("PRO");
      await page.getByRole("button", { name: "Add group to Definition" }).click();
      await chooseField(page.getByLabel("Field").nth(1), "Segment");
      await expect(page.getByRole("complementary").getByText(/of [\d,]+ users/)).toBeVisible();
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
  "builder with an excluding group": {
    path: "/segments/new",
    async reach(page) {
      await page.getByRole("button", { name: "More actions for Definition" }).click();
      await page.getByRole("menuitemcheckbox", { name: "Exclude these" }).click();
      await expect(page.getByText("Exclude", { exact: true })).toBeVisible();
      await page.getByRole("button", { name: "More actions for Definition" }).click();
      await expect(page.getByRole("menuitemcheckbox", { checked: true })).toBeVisible();
    },
  },
  "changing a field": {
    path: "/segments/new",
    async reach(page) {
      await page.getByLabel("Field").click();
      await expect(page.getByRole("listbox").getByRole("option", { name: "Plan" })).toBeVisible();
    },
  },
};
