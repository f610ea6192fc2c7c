// The builder of segments: by the keyboard alone, back and forth, and with nothing lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { cardOf, theConsole } from "./console.ts";

const console = theConsole();

const nameOf = (page: Page) => page.getByRole("textbox", { name: "Name" });
const conditions = (page: Page) => page.getByRole("group", { name: /^Condition / });
const preview = (page: Page) => page.getByRole("complementary", { name: "Preview" });

/** A segment made by the API. */
async function make(name: string, field: "level" | "segment", operator: ">" | "in", value: unknown): Promise<string> {
  const criteria = [{ field, operator, value }];
  const made = await console().api.call("adminAudience.createCustomSegment", { name, combineWith: "AND", criteria });
  return made.segment.segmentValue;
}

test("the keyboard alone builds, moves, groups and removes, and everything is said aloud", async () => {
  const page = await console().open("/segments/new");
  await page.getByLabel("Field").waitFor();
  const said = page.getByRole("status");
  const press = async (role: "button" | "combobox", name: string) => {
    await page.getByRole(role, { name, exact: true }).first().focus();
    await page.keyboard.press("Enter");
  };
  await page.getByLabel("Value of Plan").focus();
  await page.keyboard.type("PRO");
  await press("button", "Condition");
  await page.waitForFunction(() => document.activeElement?.id.startsWith("field-"));
  await said.getByText("Condition added").waitFor();
  await page.keyboard.type("Level");
  await press("button", "Move Condition 2 up");
  await said.getByText("Moved to place 1 of 2").waitFor();
  assert.equal(await conditions(page).first().getByLabel("Field").inputValue(), "level");
  await page.waitForFunction(() => document.activeElement?.id.startsWith("up-"));
  await press("button", "Put Condition 2 into a group");
  await page.getByRole("group", { name: "Group 2", exact: true }).waitFor();
  await page.waitForFunction(() => document.activeElement?.id.startsWith("field-"));
  await press("button", "Remove Condition 1");
  await said.getByText("Condition removed").waitFor();
  await page.waitForFunction(() => document.activeElement !== document.body);
  await page.keyboard.press("Control+z");
  await page.getByRole("group", { name: "Condition 1", exact: true }).waitFor();
  await page.keyboard.press("Control+Shift+z");
  await page.getByRole("group", { name: "Condition 1", exact: true }).waitFor({ state: "hidden" });
});

test("every form of value that the catalogue names has its input, and the server takes what it gives", async () => {
  const page = await console().open("/segments/new");
  const { fields } = await console().api.call("adminAudience.getFields", {});
  await page.getByLabel("Field").waitFor();
  const forms = new Map(fields.flatMap(({ name, operators }) => operators.map((it) => [it.value, [name, it.name]])));
  for (const [form, [field = "", operator = ""]] of forms) {
    await page.getByLabel("Field").selectOption(field);
    await page.getByLabel("Operator").selectOption(operator);
    await fill(page, form);
    await preview(page)
      .getByText(/of [\d,]+ users/)
      .waitFor();
    assert.equal(await page.locator("[data-faulty=true]").count(), 0, form);
    await page.reload();
    await page.getByText("Your unsaved work from before is back.").waitFor();
    assert.equal(await page.getByLabel("Operator").inputValue(), operator, form);
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
  if (form === "numberRange") {
    await text.first().fill("1");
    return text.nth(1).fill("9");
  }
  if (form === "dateRange") {
    await condition.locator("input[type=date]").first().fill("2026-01-31");
    return condition.locator("input[type=date]").nth(1).fill("2026-11-30");
  }
  assert.ok(form === "optionList" || form === "segmentList", `no input for ${form}`);
  const list = condition.locator("input[role=combobox]");
  await list.waitFor();
  await list.press("ArrowDown");
  await page.locator("[role=option]:not([aria-selected=true])").first().click();
  await page.keyboard.press("Escape");
}

test("faults stand beside the condition they are about, and nothing typed is lost", async () => {
  const page = await console().open("/segments/new");
  await nameOf(page).fill("   ");
  await page.getByRole("button", { name: "Condition", exact: true }).click();
  await conditions(page).nth(1).getByLabel("Field").selectOption("level");
  await conditions(page).nth(1).getByLabel("Value of Level").fill("5");
  await page.getByRole("button", { name: "Create segment" }).click();
  await page.getByText("Not saved yet").waitFor();
  assert.equal(await conditions(page).first().getAttribute("data-faulty"), "true");
  assert.equal(await conditions(page).nth(1).getAttribute("data-faulty"), "false");
  await page.getByText("Give it a name.").waitFor();
  await conditions(page).first().getByText("Enter or choose a value.").waitFor();
  assert.equal(await conditions(page).nth(1).getByLabel("Value of Level").inputValue(), "5");
});

test("unsaved work is not left without a question", async () => {
  const page = await console().open("/segments/new");
  await nameOf(page).fill("Precious");
  await page.getByRole("link", { name: "Cancel" }).click();
  const question = page.getByRole("dialog", { name: "Leave without saving?" });
  await question.getByRole("button", { name: "Stay here" }).click();
  assert.equal(await nameOf(page).inputValue(), "Precious");
  await page.getByRole("link", { name: "Cancel" }).click();
  await question.getByRole("button", { name: "Leave and discard" }).click();
  await page.getByRole("link", { name: "New segment" }).click();
  await page.getByLabel("Field").waitFor();
  assert.equal(await nameOf(page).inputValue(), "");
});

test("an edit shows who enters and who leaves before it is saved", async () => {
  const id = await make("To be edited", "level", ">", 2);
  const page = await console().open(`/segments/${id}/edit`);
  const value = page.getByLabel("Value of Level");
  await value.fill("5");
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 5 }];
  const change = { segmentValue: id, combineWith: "AND" as const, criteria };
  const effect = await console().api.call("adminAudience.previewSegmentChange", change);
  const saving = page.getByRole("region", { name: "What saving does" });
  await saving.getByText(`${effect.stay.count} users stay`).waitFor();
  assert.match(await saving.innerText(), new RegExp(`0\\s+enter\\s+${effect.leave.count}\\s+leave`));
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("dialog", { name: "To be edited" }).getByText("Level is more than 5").waitFor();
});

test("an earlier version can be brought back", async () => {
  const id = await make("Changed twice", "level", ">", 2);
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 4 }];
  const change = { segmentValue: id, version: 1, name: "Changed twice", combineWith: "AND" as const, criteria };
  await console().api.call("adminAudience.updateCustomSegment", change);
  const page = await console().open(`/segments/custom/${id}`);
  await page.getByRole("button", { name: "Versions", exact: true }).click();
  const versions = page.getByRole("dialog", { name: "Versions of Changed twice" });
  await versions.getByRole("listitem").nth(1).waitFor();
  const told = await versions.getByRole("listitem").allInnerTexts();
  assert.match(told[0] ?? "", /^2\. Changed twice\s+Level is more than 4\.\s+frontend, .*\s+as it is now$/);
  assert.match(told[1] ?? "", /^1\. Changed twice\s+Level is more than 2\./);
  await versions.getByRole("button", { name: "Bring back version 1" }).click();
  await versions.waitFor({ state: "hidden" });
  await page.getByText("Changed twice is as version 1 was").first().waitFor();
  await page.getByRole("dialog", { name: "Changed twice" }).getByText("Level is more than 2.").waitFor();
  const { versions: all } = await console().api.call("adminAudience.getSegmentDefinitionHistory", { segmentValue: id });
  assert.equal(all.length, 3, "nothing of what was is lost");
});

test("an edit based on an old version keeps what was typed and says so", async () => {
  const id = await make("Contended", "level", ">", 2);
  const page = await console().open(`/segments/${id}/edit`);
  await page.getByLabel("Value of Level").fill("7");
  const criteria = [{ field: "level" as const, operator: ">" as const, value: 3 }];
  const theirs = { segmentValue: id, version: 1, name: "Contended", combineWith: "AND" as const, criteria };
  await console().api.call("adminAudience.updateCustomSegment", theirs);
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByText("Somebody else changed this segment meanwhile: it is at version 2 now.").waitFor();
  assert.equal(await page.getByLabel("Value of Level").inputValue(), "7");
  await page.getByRole("button", { name: "Start from theirs" }).click();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>("[inputmode=numeric]")?.value === "3");
  await page.getByLabel("Value of Level").fill("8");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.getByRole("dialog", { name: "Contended" }).getByText("Level is more than 8").waitFor();
});

test("duplicate, archive, and delete, which is refused while others use the segment", async () => {
  const id = await make("The base", "level", ">", 1);
  await make("Built on it", "segment", "in", [`custom:${id}`]);
  const page = await console().open("/");
  const menu = async (item: string) => {
    await cardOf(page, "The base").getByRole("button", { name: "More actions for The base" }).click();
    await page.getByRole("menuitem", { name: item }).click();
  };
  await cardOf(page, "Built on it")
    .getByText(/"The base"/)
    .waitFor();
  await cardOf(page, "The base").waitFor();
  await menu("Duplicate");
  await cardOf(page, "The base (copy)").waitFor();
  await menu("Archive");
  await cardOf(page, "The base").getByText("Inactive").waitFor();
  await menu("Activate");
  await cardOf(page, "The base").getByText("Active", { exact: true }).waitFor();
  await menu("Delete");
  const dialog = page.getByRole("dialog", { name: "Delete The base?" });
  await dialog.getByRole("button", { name: "Delete for good" }).click();
  await dialog.getByRole("listitem").getByText("Built on it").waitFor();
  await dialog.getByRole("button", { name: "Keep it" }).click();
  await cardOf(page, "Built on it").getByRole("button", { name: "More actions for Built on it" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete for good" }).click();
  await cardOf(page, "Built on it").waitFor({ state: "hidden" });
});
