import { MantineProvider } from "@mantine/core";
import { act, createEvent, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useReducer } from "react";
import { expect, test } from "vitest";
import { Announcer, announce } from "../../shared/Announcer.tsx";
import { FIELDS } from "../../testing/fields.ts";
import { BuilderContext, NodeFeedbackContext } from "./builderContext.ts";
import { catalogueOf, newCondition } from "./catalogue.ts";
import { GroupEditor } from "./GroupEditor.tsx";
import { completeCriteria } from "./toCriteria.ts";
import { type ConditionNode, conditionsOf, newSet, type SetNode } from "./tree.ts";
import { useBuilderActions } from "./useBuilderActions.ts";

const catalogue = catalogueOf(FIELDS);
let latest: SetNode;

interface Props {
  initial: SetNode;
  faulty?: string;
  remaining?: Map<string, number>;
}

function Builder({ initial, faulty, remaining = new Map() }: Props) {
  const [root, changeRoot] = useReducer((root: SetNode, change: (root: SetNode) => SetNode) => change(root), initial);
  latest = root;
  const builder = useBuilderActions(root, changeRoot, catalogue, [], "UTC");
  const feedbackOf = (id: string) => ({
    count: 7,
    remaining: remaining.get(id),
    isEstimate: false,
    warning: undefined,
    faults: id === faulty ? ["is wrong"] : [],
  });
  return (
    <MantineProvider env="test">
      <BuilderContext value={builder}>
        <NodeFeedbackContext value={feedbackOf}>
          <GroupEditor set={root} position="" />
        </NodeFeedbackContext>
      </BuilderContext>
    </MantineProvider>
  );
}

/** By its name, for the first condition. */
async function chooseField(name: string) {
  await userEvent.type(screen.getAllByLabelText("Field")[0] as HTMLElement, `${name}{Enter}`);
}

test("a fault is shown beside its condition and marks its group and its input", () => {
  const [one, other] = [newCondition(catalogue, "firstName"), newCondition(catalogue, "level")];
  render(<Builder initial={newSet([one, { ...other, value: "7" }])} faulty={other.id} />);
  const condition = screen.getByRole("group", { name: "Condition 2" });
  const message = within(condition).getByText("Is wrong.");
  expect(document.getElementById(condition.getAttribute("aria-describedby") ?? "")?.contains(message)).toBe(true);
  expect(within(condition).getByRole("textbox").getAttribute("aria-invalid")).toBe("true");
  expect(within(screen.getByRole("group", { name: "Condition 1" })).queryByText("Is wrong.")).toBeNull();
});

test("fields, operators and inputs are those of the catalogue", async () => {
  render(<Builder initial={newSet([newCondition(catalogue)])} />);
  const options = (label: string) =>
    [...screen.getByLabelText<HTMLSelectElement>(label).options].map(({ value }) => value);
  await userEvent.click(screen.getByLabelText("Field"));
  const fields = within(screen.getByRole("listbox")).getAllByRole("option");
  const names = fields.map(({ textContent }) => textContent?.split(" ")[0]);
  expect(names.toSorted()).toEqual(FIELDS.fields.map(({ name }) => name).toSorted());
  await userEvent.keyboard("{Escape}");
  for (const field of FIELDS.fields) {
    await chooseField(field.name);
    expect(options("Operator")).toEqual(field.operators.map(({ name }) => name));
  }
});

test("the field of a condition is found by a part of its name, and the focus stays in it", async () => {
  render(<Builder initial={newSet([newCondition(catalogue, "level")])} />);
  const input = screen.getByLabelText<HTMLInputElement>("Field");
  const fields = () => conditionsOf(latest).map(({ field }) => field);
  act(() => input.focus());
  expect(screen.queryByRole("listbox"), "the focus alone opens nothing").toBeNull();
  await userEvent.keyboard("{ArrowDown}");
  const current = () => document.getElementById(input.getAttribute("aria-activedescendant") ?? "")?.textContent;
  expect(current(), "the one that is chosen").toBe("level The level reached so far");
  await userEvent.keyboard("{Enter}");
  expect([input.value, fields()]).toEqual(["level", ["level"]]);
  await userEvent.keyboard("first");
  expect([input.value, fields()], "nothing is chosen by typing").toEqual(["first", ["level"]]);
  await userEvent.keyboard("{Escape}");
  expect(input.value).toBe("level");
  await userEvent.keyboard("first{Enter}");
  expect([input.value, fields()]).toEqual(["firstName", ["firstName"]]);
  expect(document.activeElement).toBe(input);
  await userEvent.keyboard("zzz{Enter}");
  expect(fields()).toEqual(["firstName"]);
  await userEvent.click(document.body);
  expect([input.value, screen.queryByRole("listbox")]).toEqual(["firstName", null]);
});

test("the same field again changes nothing", async () => {
  const condition = { ...newCondition(catalogue, "level"), value: "7" };
  render(<Builder initial={newSet([condition])} />);
  await chooseField("level");
  expect(conditionsOf(latest)).toEqual([condition]);
});

test("a condition says what its field means, and an attribute what its name says", async () => {
  render(<Builder initial={newSet([newCondition(catalogue)])} />);
  const field = screen.getByLabelText("Field");
  const meaning = () => document.getElementById(field.getAttribute("aria-describedby") ?? "")?.textContent;
  expect(meaning()).toBe("What they are subscribed to now");
  await chooseField("totalSpent");
  expect(meaning()).toBe("Money spent in one currency");
  await chooseField("attr.country");
  expect(field.hasAttribute("aria-describedby")).toBe(false);
});

test("the word between two conditions switches how they combine", async () => {
  render(<Builder initial={newSet([newCondition(catalogue), newCondition(catalogue)])} />);
  await userEvent.click(screen.getByRole("button", { name: "and: switch Definition to or" }));
  expect(latest.combineWith).toBe("OR");
  await userEvent.click(screen.getByRole("button", { name: "or: switch Definition to and" }));
  expect(latest.combineWith).toBe("AND");
});

test("beside the counts stands how many remain, as the group combines them", async () => {
  const [level, plan, streak] = ["level", "plan", "currentStreak"].map((name) => newCondition(catalogue, name));
  const inner = newSet([streak as ConditionNode]);
  const remaining = new Map([
    [plan?.id ?? "", 1204],
    [inner.id, 312],
  ]);
  render(<Builder initial={newSet([level as ConditionNode, plan as ConditionNode, inner])} remaining={remaining} />);
  const has = (name: string, text: string) =>
    expect(screen.getByRole("group", { name }).textContent, name).toContain(text);
  has("Condition 2", "7 users · 1,204 remain");
  has("Group 3", "7 users · 312 remain");
  expect(screen.getByRole("group", { name: "Condition 1" }).textContent).not.toContain("remain");
  await exclude("Definition");
  has("Condition 2", "7 users · 1,204 match so far");
  has("Group 3", "7 users · 312 left out");
  await userEvent.click(screen.getAllByRole("button", { name: "and: switch Definition to or" })[0] as HTMLElement);
  expect(screen.getByRole("group", { name: "Definition" }).textContent).not.toContain("1,204");
});

/** By the menu of a group. */
async function exclude(group: string) {
  await userEvent.click(screen.getByRole("button", { name: `More actions for ${group}` }));
  await userEvent.click(await screen.findByRole("menuitemcheckbox", { name: "Exclude these" }));
}

test("the menu of a group excludes whom it matches, which its head says, and takes the focus back", async () => {
  render(
    <>
      <Builder initial={newSet([newSet([newCondition(catalogue)])])} />
      <Announcer />
    </>,
  );
  const group = screen.getByRole("group", { name: "Group 1" });
  expect(within(group).queryByText("Exclude")).toBeNull();
  await exclude("Group 1");
  expect(latest.items[0]).toMatchObject({ not: true });
  within(group).getByText("Exclude");
  const meaning = document.getElementById(group.getAttribute("aria-describedby") ?? "");
  expect(meaning?.textContent).toBe("leaves out people who match all of these");
  expect(screen.getByRole("status").textContent).toBe("Group 1 excludes the people it matches");
  const button = screen.getByRole("button", { name: "More actions for Group 1" });
  await waitFor(() => expect(document.activeElement).toBe(button));
  await userEvent.keyboard("{Enter}");
  const item = await screen.findByRole("menuitemcheckbox", { name: "Exclude these" });
  expect(item.getAttribute("aria-checked")).toBe("true");
  await userEvent.click(item);
  expect(latest.items[0]).toMatchObject({ not: false });
  expect(within(group).queryByText("Exclude")).toBeNull();
});

test("what adds to a group names the group", async () => {
  render(<Builder initial={newSet([newCondition(catalogue), newSet([newCondition(catalogue)])])} />);
  for (const group of ["Definition", "Group 2"]) {
    screen.getByRole("button", { name: `Add condition to ${group}` });
    screen.getByRole("button", { name: `Add group to ${group}` });
    screen.getByRole("combobox", { name: `Add a condition to ${group} by name` });
  }
});

test("what is typed is never another number, and a fault is shown at once", async () => {
  const span = { ...newCondition(catalogue, "createdAt"), operator: "within_last" };
  render(<Builder initial={newSet([newCondition(catalogue, "level"), span])} />);
  const [level, createdAt] = ["level", "createdAt"].map((name) => screen.getByLabelText(`Value of ${name}`));
  await userEvent.type(level as HTMLElement, "5e3");
  await userEvent.type(createdAt as HTMLElement, "1.5 days");
  expect(conditionsOf(latest).map(({ value }) => value)).toEqual(["5e3", "1.5 daysd"]);
  expect(screen.getByLabelText<HTMLInputElement>("Value of createdAt").value).toBe("1.5 days");
  expect(screen.getAllByText("Whole numbers only.")).toHaveLength(2);
  expect(level?.getAttribute("aria-invalid")).toBe("true");
});

test("another operator keeps the value where it can", async () => {
  render(<Builder initial={newSet([newCondition(catalogue, "level")])} />);
  await userEvent.type(screen.getByLabelText("Value of level"), "12");
  await userEvent.selectOptions(screen.getByLabelText("Operator"), "between");
  expect(conditionsOf(latest)[0]?.value).toEqual(["12", ""]);
  await userEvent.selectOptions(screen.getByLabelText("Operator"), ">");
  expect(conditionsOf(latest)[0]?.value).toBe("12");
  await chooseField("firstName");
  expect(conditionsOf(latest)[0]?.value).toBe("");
});

test("purchases have a name with suggestions, and amounts in their currency", async () => {
  const conditions = ["purchases", "totalSpent"].map((name) => newCondition(catalogue, name));
  render(<Builder initial={newSet(conditions)} />);
  const list = document.getElementById(screen.getByLabelText("name").getAttribute("list") ?? "");
  const suggestions = [...(list?.querySelectorAll("option") ?? [])].map((option) => option.getAttribute("value"));
  expect(suggestions).toEqual(["order.paid"]);
  const fill = (label: string, value: string, place = 0) =>
    fireEvent.change(screen.getAllByLabelText(label)[place] as HTMLElement, { target: { value } });
  fill("Value of purchases", "2");
  fill("name", "order.paid");
  fill("currency", "JPY");
  fill("of at least", "2900");
  fill("Value of totalSpent", "-1.5");
  expect(completeCriteria(latest, catalogue).criteria).toHaveLength(1);
  fill("currency", "KWD", 1);
  expect(completeCriteria(latest, catalogue).criteria).toEqual([
    { field: "purchases", operator: ">=", value: 2, name: "order.paid", currency: "JPY", minAmount: 2900 },
    { field: "totalSpent", operator: ">", value: -1500, currency: "KWD" },
  ]);
});

test("attributes have inputs for options, decimal numbers and lists of texts", async () => {
  const conditions = ["attr.country", "attr.price", "attr.tags"].map((name) => newCondition(catalogue, name));
  render(<Builder initial={newSet(conditions)} />);
  fireEvent.change(screen.getByLabelText("Value of attr.country"), { target: { value: "AT" } });
  fireEvent.change(screen.getByLabelText("Value of attr.price"), { target: { value: "12.5x" } });
  screen.getByText("Enter a number such as 2.5.");
  expect(conditionsOf(latest)[1]?.value, "what was typed stays").toBe("12.5x");
  fireEvent.change(screen.getByLabelText("Value of attr.price"), { target: { value: "12.5" } });
  await userEvent.type(
    await screen.findByPlaceholderText("Text, then Enter", {}, { timeout: 4_000 }),
    "vip{Enter}beta{Enter}",
  );
  expect(conditionsOf(latest).map(({ value }) => value)).toEqual(["AT", "12.5", ["vip", "beta"]]);
  expect(completeCriteria(latest, catalogue).criteria).toEqual([
    { field: "attr.country", operator: "equals", value: "AT" },
    { field: "attr.price", operator: ">", value: "12.5" },
    { field: "attr.tags", operator: "contains_any", value: ["vip", "beta"] },
  ]);
});

test("a field or an option that is gone is still shown as what was chosen, and asked to be replaced", () => {
  const gone = { ...newCondition(catalogue), field: "shoeSize", operator: ">", value: "42" };
  const odd = { ...newCondition(catalogue, "plan"), operator: "equals", value: "GOLD" };
  render(<Builder initial={newSet([gone, odd])} faulty={gone.id} />);
  const shown = (label: string, place: number) => {
    const select = screen.getAllByLabelText<HTMLSelectElement>(label)[place];
    return select?.selectedOptions[0]?.text;
  };
  expect(screen.getAllByLabelText<HTMLInputElement>("Field")[0]?.value).toBe("shoeSize (no longer available)");
  expect(shown("Value of plan", 0)).toBe("GOLD (no longer available)");
  screen.getByText("Choose another field: this one no longer exists.");
});

function emptyTransfer() {
  const data = new Map<string, string>();
  return {
    setData: (type: string, value: string) => data.set(type, value),
    getData: (type: string) => data.get(type) ?? "",
    setDragImage: () => {},
    get types() {
      return [...data.keys()];
    },
  };
}

// Drag events of jsdom have no place.
const above = (event: Event) => Object.defineProperty(event, "clientY", { value: -1 });

test("a condition is dragged by its handle to where it is dropped, and nothing else can be dropped", () => {
  const conditions = ["level", "firstName", "attr.price"].map((name) => newCondition(catalogue, name));
  render(<Builder initial={newSet(conditions)} />);
  const fields = () => conditionsOf(latest).map(({ field }) => field);
  const dataTransfer = emptyTransfer();
  const group = (place: number) => screen.getByRole("group", { name: `Condition ${place}` });
  const [last] = within(group(3)).getAllByTitle("Drag to move");
  fireEvent.drop(group(1), { dataTransfer });
  expect(fields(), "a file or a text").toEqual(["level", "firstName", "attr.price"]);
  fireEvent.dragStart(last as HTMLElement, { dataTransfer });
  fireEvent(group(1), above(createEvent.dragOver(group(1), { dataTransfer })));
  expect(group(1).dataset.drop).toBe("before");
  fireEvent(group(1), above(createEvent.drop(group(1), { dataTransfer })));
  expect(fields()).toEqual(["attr.price", "level", "firstName"]);
});

test("a drop in the same place moves nothing and offers no undo", () => {
  const inner = newSet([newCondition(catalogue, "plan")]);
  render(
    <>
      <Builder initial={newSet([newCondition(catalogue, "level"), newCondition(catalogue, "firstName"), inner])} />
      <Announcer />
    </>,
  );
  act(() => announce("As before"));
  const first = latest;
  const [, ...nodes] = document.querySelectorAll<HTMLElement>("[data-node]");
  const drop = (what: HTMLElement, on: HTMLElement) => {
    const dataTransfer = emptyTransfer();
    fireEvent.dragStart(within(what).getAllByTitle("Drag to move")[0] as HTMLElement, { dataTransfer });
    fireEvent(on, above(createEvent.drop(on, { dataTransfer })));
  };
  const [level, firstName, group, plan] = nodes as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  drop(level, level);
  drop(level, firstName);
  drop(group, plan);
  expect(latest).toBe(first);
  expect(screen.getByRole("status").textContent).toBe("As before");
  drop(firstName, level);
  expect(screen.getByRole("status").textContent).toBe("Moved. Undo to bring it back.");
});

test("a condition is copied with its value, and stands below", async () => {
  render(<Builder initial={newSet([{ ...newCondition(catalogue, "level"), value: "7" }])} />);
  await userEvent.click(screen.getByRole("button", { name: "Copy Condition 1" }));
  expect(conditionsOf(latest).map(({ field, value }) => [field, value])).toEqual([
    ["level", "7"],
    ["level", "7"],
  ]);
});
