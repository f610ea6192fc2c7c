// The segment builder: keyboard use, undo and redo, and no lost input.
import type { Page } from "@playwright/test";
import { type Api, chooseField, expect, rowOf, test } from "./fixtures.ts";

test.use({ appOptions: {} });

const nameOf = (page: Page) => page.getByRole("textbox", { name: "Name" });
const conditions = (page: Page) => page.getByRole("group", { name: /^Condition / });
const preview = (page: Page) => page.getByRole("complementary", { name: "Preview" });

/** A segment made by the API. */
async function make(
  api: Api,
  name: string,
  field: "level" | "segment",
  operator: ">" | "in",
  value: unknown,
): Promise<string> {
  const criteria = [{ field, operator, value }];
  const made = await api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  return made.segment.segmentValue;
}

test("the keyboard alone builds, moves, groups and removes, with announcements", async ({ page }) => {
  await page.goto("/segments/new");
  await expect(page.getByLabel("Field")).toBeVisible();
  const said = page.getByRole("status");
  const press = async (role: "button" | "combobox", name: string) => {
    await page.getByRole(role, { name, exact: true }).first().focus();
    await page.keyboard.press("Enter");
  };
  await page.getByLabel("Value of Plan").focus();
  await page.keyboard.type("PRO");
  await press("button", "Add condition to Definition");
  await page.waitForFunction(() => document.activeElement?.id.startsWith("field-"));
  await expect(said.getByText("Condition added")).toBeVisible();
  await page.keyboard.type("Level");
  await page.keyboard.press("Enter");
  await press("button", "Move Condition 2 up");
  await expect(said.getByText("Moved to position 1 of 2")).toBeVisible();
  await expect(conditions(page).first().getByLabel("Field")).toHaveValue("Level");
  await page.waitForFunction(() => document.activeElement?.id.startsWith("up-"));
  await press("button", "Put Condition 2 in a group");
  await expect(page.getByRole("group", { name: "Group 2", exact: true })).toBeVisible();
  await page.waitForFunction(() => document.activeElement?.id.startsWith("field-"));
  await press("button", "Remove Condition 1");
  await expect(said.getByText("Condition removed")).toBeVisible();
  await page.waitForFunction(() => document.activeElement !== document.body);
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("group", { name: "Condition 1", exact: true })).toBeVisible();
  await page.keyboard.press("Control+Shift+z");
  await expect(page.getByRole("group", { name: "Condition 1", exact: true })).toBeHidden();
});

test("every form of value that the catalogue names has its input, and the server takes what it gives", async ({
  page,
  app,
}) => {
  await page.goto("/segments/new");
  const { fields } = await app.api.call("adminAudience.getFields", {});
  await expect(page.getByLabel("Field")).toBeVisible();
  const forms = new Map(fields.flatMap(({ label, operators }) => operators.map((it) => [it.value, [label, it.name]])));
  for (const [form, [field = "", operator = ""]] of forms) {
    await chooseField(page.getByLabel("Field"), field);
    await page.getByLabel("Operator").selectOption(operator);
    await fill(page, form);
    await expect(preview(page).getByText(/of [\d,]+ users/)).toBeVisible();
    await expect(page.locator("[data-faulty=true]"), form).toHaveCount(0);
    await page.reload();
    await expect(page.getByText("We restored your unsaved changes.")).toBeVisible();
    await expect(page.getByLabel("Operator"), form).toHaveValue(operator);
  }
});

async function fill(page: Page, form: string) {
  const condition = conditions(page).first();
  const text = condition.getByRole("textbox");
  const select = condition.getByRole("combobox").nth(2);
  if (form === "none") return;
  if (form === "option" || form === "period") return void (await select.selectOption({ index: 1 }));
  if (form === "number" || form === "duration") return text.first().fill("3");
  if (form === "text") return text.fill("an");
  if (form === "date") return condition.locator("input[type=date]").fill("2026-01-31");
  if (form === "decimal") return text.first().fill("3.5");
  if (form === "numberRange" || form === "decimalRange") {
    await text.first().fill("1");
    return text.nth(1).fill("9");
  }
  if (form === "amount" || form === "amountRange") {
    await condition.getByLabel("Currency").selectOption("EUR");
    await text.first().fill("29.50");
    return form === "amount" ? undefined : text.nth(1).fill("100");
  }
  if (form === "textList") {
    const typed = condition.getByPlaceholder("Text, then Enter");
    await typed.fill("vip");
    return typed.press("Enter");
  }
  if (form === "dateRange") {
    await condition.locator("input[type=date]").first().fill("2026-01-31");
    return condition.locator("input[type=date]").nth(1).fill("2026-11-30");
  }
  expect(["optionList", "segmentList"], `no input for ${form}`).toContain(form);
  const list = condition.locator("input[role=combobox]").last();
  await expect(list).toBeVisible();
  await list.press("ArrowDown");
  await page.locator("[role=option]:not([aria-selected=true])").first().click();
  await page.keyboard.press("Escape");
}

test("the list of options floats above the page, and names the groups of segments", async ({ page }) => {
  await page.goto("/segments/new");
  await chooseField(page.getByLabel("Field"), "Segment");
  const below = page.getByRole("button", { name: "Add group to Definition" });
  const list = page.getByRole("combobox", { name: "Value of Segment" });
  await expect(list).toBeVisible();
  const before = await below.boundingBox();
  await list.click();
  const options = page.getByRole("listbox");
  await expect(options.getByRole("option", { name: "Pro Users" })).toBeVisible();
  expect(await below.boundingBox(), "nothing is pushed away").toEqual(before);
  const look = await options.evaluate((element) => {
    const { position, backgroundColor, borderTopWidth } = getComputedStyle(
      element.closest("[data-position]") ?? element,
    );
    return { position, isOpaque: backgroundColor !== "rgba(0, 0, 0, 0)", borderTopWidth };
  });
  expect(look).toEqual({ position: "absolute", isOpaque: true, borderTopWidth: "1px" });
  await expect(options.getByText("Lifecycle", { exact: true })).toBeVisible();
});

test("faults stand beside the condition they are about, and nothing typed is lost", async ({ page }) => {
  await page.goto("/segments/new");
  await nameOf(page).fill("   ");
  await page.getByRole("button", { name: "Add condition to Definition" }).click();
  await chooseField(conditions(page).nth(1).getByLabel("Field"), "Level");
  await conditions(page).nth(1).getByLabel("Value of Level").fill("5");
  await page.getByRole("button", { name: "Create segment" }).click();
  await expect(page.getByText("Not saved. Fix the 2 problems below.")).toBeVisible();
  await expect(conditions(page).first()).toHaveAttribute("data-faulty", "true");
  await expect(conditions(page).nth(1)).toHaveAttribute("data-faulty", "false");
  await expect(page.getByText("Enter a name.")).toBeVisible();
  await expect(conditions(page).first().getByText("Choose a value.")).toBeVisible();
  await expect(conditions(page).nth(1).getByLabel("Value of Level")).toHaveValue("5");
});

test("unsaved work is not left without a question", async ({ page }) => {
  await page.goto("/segments/new");
  await nameOf(page).fill("Precious");
  await page.getByRole("link", { name: "Cancel" }).click();
  const question = page.getByRole("dialog", { name: "Discard unsaved changes?" });
  await question.getByRole("button", { name: "Keep editing" }).click();
  await expect(nameOf(page)).toHaveValue("Precious");
  await page.getByRole("link", { name: "Cancel" }).click();
  await question.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("link", { name: "New custom segment" }).click();
  await expect(page.getByLabel("Field")).toBeVisible();
  await expect(nameOf(page)).toHaveValue("");
});

test("a restored draft that is discarded can be brought back", async ({ page }) => {
  await page.goto("/segments/new");
  await nameOf(page).fill("Precious");
  await page.reload();
  await expect(page.getByText("We restored your unsaved changes.")).toBeVisible();
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await expect(nameOf(page)).toHaveValue("");
  await page.getByRole("button", { name: /^Undo \(/ }).click();
  await expect(nameOf(page)).toHaveValue("Precious");
});

test("a new segment has no growth yet, and its file is called by its name", async ({ page, app }) => {
  const id = await make(app.api, "Made just now", "level", ">", 0);
  await page.goto("/");
  await expect(rowOf(page, "Made just now").getByText("New", { exact: true })).toHaveCount(2);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export Made just now" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^made-just-now-\d{4}-\d\d-\d\d\.csv$/);
  await page.goto(`/segments/custom/${id}`);
  const figures = page.getByRole("region", { name: "Figures" });
  await expect(figures).toHaveText(/Growth rate\s+New\s+No full period yet/, { useInnerText: true });
});

test("an edit shows who enters and who leaves before it is saved", async ({ page, app }) => {
  const id = await make(app.api, "To be edited", "level", ">", 2);
  await page.goto(`/segments/${id}/edit`);
  const value = page.getByLabel("Value of Level");
  await value.fill("5");
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 5 }];
  const change = { segmentValue: id, combineWith: "AND" as const, criteria };
  const effect = await app.api.call("adminAudience.previewSegmentChange", change);
  const saving = page.getByRole("region", { name: "Effect of saving" });
  await expect(saving.getByText(`${effect.stay.count} users stay`)).toBeVisible();
  expect(await saving.innerText()).toMatch(new RegExp(`0\\s+join\\s+${effect.leave.count}\\s+leave`));
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("dialog", { name: "To be edited" }).getByText("Level is more than 5")).toBeVisible();
});

test("an earlier version can be brought back", async ({ page, app }) => {
  const id = await make(app.api, "Changed twice", "level", ">", 2);
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 4 }];
  const change = { segmentValue: id, version: 1, name: "Changed twice", combineWith: "AND" as const, criteria };
  await app.api.call("adminAudience.updateCustomSegment", change);
  await page.goto(`/segments/custom/${id}`);
  await page.getByRole("button", { name: "Versions", exact: true }).click();
  const versions = page.getByRole("dialog", { name: "Versions of Changed twice" });
  await expect(versions.getByRole("listitem").nth(1)).toBeVisible();
  const told = await versions.getByRole("listitem").allInnerTexts();
  expect(told[0] ?? "").toMatch(/^2\. Changed twice\s+Level is more than 4\.\s+frontend · .*\s+Current$/);
  expect(told[1] ?? "").toMatch(/^1\. Changed twice\s+Level is more than 2\./);
  const restore = versions.getByRole("button", { name: "Restore version 1…" });
  await restore.click();
  const question = page.getByRole("dialog", { name: "Restore version 1?" });
  await expect(question.getByText(/^[\d,]+ joins?, [\d,]+ leaves?$/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(restore).toBeFocused();
  await restore.click();
  await question.getByRole("button", { name: "Restore" }).click();
  await expect(versions).toBeHidden();
  await expect(page.getByText("Version 1 restored").first()).toBeVisible();
  await expect(page.getByRole("dialog", { name: "Changed twice" }).getByText("Level is more than 2.")).toBeVisible();
  const { versions: all } = await app.api.call("adminAudience.getSegmentDefinitionHistory", { segmentValue: id });
  expect(all.length, "nothing of what was is lost").toBe(3);
});

test("an edit based on an old version keeps what was typed and says so", async ({ page, app }) => {
  const id = await make(app.api, "Contended", "level", ">", 2);
  await page.goto(`/segments/${id}/edit`);
  await page.getByLabel("Value of Level").fill("7");
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 3 }];
  const theirs = { segmentValue: id, version: 1, name: "Contended", combineWith: "AND" as const, criteria };
  await app.api.call("adminAudience.updateCustomSegment", theirs);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("frontend saved version 2 while you were editing.")).toBeVisible();
  await expect(page.getByLabel("Value of Level")).toHaveValue("7");
  const compare = page.getByRole("button", { name: "Compare" });
  await compare.click();
  await expect(compare).toHaveAttribute("aria-expanded", "true");
  await expect(page.getByRole("alert").getByRole("definition")).toHaveText([
    /^Contended\s*Level is more than 3\.$/,
    /^Contended\s*Level is more than 7\.$/,
  ]);
  await page.getByRole("button", { name: "Use theirs" }).click();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("[inputmode=numeric]")?.value === "3");
  await page.getByRole("button", { name: /^Undo \(/ }).click();
  await expect(page.getByLabel("Value of Level"), "what was discarded is back").toHaveValue("7");
  await page.getByRole("button", { name: "Discard", exact: true }).click();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("[inputmode=numeric]")?.value === "3");
  await page.getByLabel("Value of Level").fill("8");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("dialog", { name: "Contended" }).getByText("Level is more than 8")).toBeVisible();
});

test("duplicate, archive, and delete, which is refused while others use the segment", async ({ page, app }) => {
  const id = await make(app.api, "The base", "level", ">", 1);
  await make(app.api, "Built on it", "segment", "in", [`custom:${id}`]);
  await page.goto("/?type=custom");
  const menu = async (item: string) => {
    await rowOf(page, "The base").getByRole("button", { name: "More actions for The base" }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await expect(rowOf(page, "Built on it").getByTitle(/“The base”/)).toBeVisible();
  await expect(rowOf(page, "The base")).toBeVisible();
  await menu("Duplicate");
  await expect(rowOf(page, "The base (copy)")).toBeVisible();
  await menu("Archive");
  await expect(rowOf(page, "The base").getByText("Inactive")).toBeVisible();
  await menu("Activate");
  await expect(rowOf(page, "The base").getByText("Active", { exact: true })).toBeVisible();
  await menu("Delete");
  const dialog = page.getByRole("dialog", { name: "Delete The base?" });
  await dialog.getByRole("button", { name: "Delete segment" }).click();
  await expect(dialog.getByRole("listitem").getByText("Built on it")).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await rowOf(page, "Built on it").getByRole("button", { name: "More actions for Built on it" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete segment" }).click();
  await expect(rowOf(page, "Built on it")).toBeHidden();
});
