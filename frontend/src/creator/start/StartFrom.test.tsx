// What a new segment may begin with.
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { GetFieldsResult, OperatorOfField } from "../../api/client.ts";
import { toast } from "../../shared/toasts.ts";
import { FIELDS } from "../../testing/fields.ts";
import { answering } from "../../testing/page.tsx";
import { testQueryClient } from "../../testing/queryClient.ts";
import { SEGMENTS } from "../../testing/segments.ts";
import type { Draft } from "../draft/useDraft.ts";
import { catalogueOf, newCondition } from "../tree/catalogue.ts";
import { toCriteria } from "../tree/toCriteria.ts";
import { newSet } from "../tree/tree.ts";
import { StartFrom } from "./StartFrom.tsx";
import { templatesOf } from "./templates.ts";

vi.mock("../../shared/toasts.ts", () => ({ toast: vi.fn(), toastError: vi.fn() }));
afterEach(() => vi.unstubAllGlobals());

const catalogue = catalogueOf(FIELDS);
const COPIED = { combineWith: "OR", criteria: [{ field: "level", operator: ">", value: 3 }] };

const PRO = { name: "Pro Users", description: "Of the plan", definition: COPIED };
const draftOf = (name: string, description = ""): Draft => ({
  name,
  description,
  root: newSet([newCondition(catalogue)]),
});

function show(answer: () => unknown = () => PRO) {
  answering(answer);
  const started: Draft[] = [];
  const Shown = ({ draft }: { draft: Draft }) => (
    <QueryClientProvider client={client}>
      <MantineProvider env="test">
        <StartFrom catalogue={catalogue} segments={SEGMENTS} draft={draft} onStart={(draft) => started.push(draft)} />
      </MantineProvider>
    </QueryClientProvider>
  );
  const client = testQueryClient();
  const { rerender } = render(<Shown draft={draftOf("")} />);
  const select = (option: string | RegExp) =>
    userEvent.selectOptions(screen.getByLabelText("Start from"), screen.getByRole("option", { name: option }));
  const button = screen.getByRole<HTMLButtonElement>("button", { name: "Start" });
  const choose = async (option: string | RegExp) => {
    await select(option);
    await userEvent.click(button);
  };
  return {
    started,
    select,
    choose,
    button,
    edit: (...words: [name: string, description?: string]) => rerender(<Shown draft={draftOf(...words)} />),
  };
}
const definitionOf = ({ root }: Draft) => {
  const { combineWith, criteria } = toCriteria(root, catalogue);
  return { combineWith, criteria };
};

test("a template brings its name, what it is for, and its conditions", async () => {
  const { started, choose } = show();
  await choose(/^New this week/);
  expect(started.map(({ name, description }) => [name, description])).toEqual([
    ["New this week", "Signed up in the last 7 days"],
  ]);
  expect(started.map(definitionOf)).toEqual([
    { combineWith: "AND", criteria: [{ field: "createdAt", operator: "within_last", value: "7d" }] },
  ]);
});

test("a copy of a segment has its conditions and a name of its own", async () => {
  const { started, choose } = show();
  await choose("Pro Users");
  await vi.waitFor(() => expect(started).toHaveLength(1));
  expect(started[0]?.name).toBe("Pro Users (copy)");
  expect(started.map(definitionOf)).toEqual([COPIED]);
});

test("a name and a description that were typed stay, and those of a template do not", async () => {
  const { started, choose, edit } = show();
  edit("Typed");
  await choose(/^New this week/);
  edit("New this week");
  await choose("Pro Users");
  await vi.waitFor(() => expect(started).toHaveLength(2));
  edit("Pro Users (copy)", "Typed, too");
  await choose("An empty definition");
  expect(started.map(({ name, description }) => [name, description])).toEqual([
    ["Typed", "Signed up in the last 7 days"],
    ["Pro Users (copy)", "Of the plan"],
    ["", "Typed, too"],
  ]);
});

test("to choose is not to start", async () => {
  const { started, select, choose, button } = show();
  expect(button.disabled).toBe(true);
  await select("An empty definition");
  await select(/^New this week/);
  expect(screen.getByLabelText<HTMLSelectElement>("Start from").value).toBe("New this week");
  expect(started).toEqual([]);
  await userEvent.click(button);
  expect(started.map(({ name }) => name)).toEqual(["New this week"]);
  await choose("Choose…");
  expect(button.disabled).toBe(true);
});

/** A server whose answer the test holds back. */
function slowServer() {
  let resolve = () => {};
  const promise = new Promise((answer) => {
    resolve = () => answer(PRO);
  });
  return { answer: () => promise, resolve };
}

test("a copy that comes late does not overwrite what was typed meanwhile", async () => {
  const { answer, resolve } = slowServer();
  const { started, choose, button, edit } = show(answer);
  await choose("Pro Users");
  expect(button.disabled).toBe(true);
  edit("Typed meanwhile");
  resolve();
  const said = { tone: "notice", title: "Pro Users was not copied", text: "You made a change while it was loading." };
  await vi.waitFor(() => expect(toast).toHaveBeenLastCalledWith(said));
  expect(started).toEqual([]);
  await choose("Pro Users");
  await vi.waitFor(() => expect(started).toHaveLength(1));
});

test("a copy that comes late does not overwrite what was chosen meanwhile", async () => {
  const { answer, resolve } = slowServer();
  const { started, choose } = show(answer);
  await choose("Pro Users");
  await choose("An empty definition");
  resolve();
  await new Promise((done) => setTimeout(done, 20));
  expect(started.map(({ name }) => name)).toEqual([""]);
});

test("one can begin with nothing", async () => {
  const { started, choose } = show();
  await choose("An empty definition");
  expect(started[0]).toMatchObject({ name: "", description: "" });
  expect(started[0]?.root.items).toHaveLength(1);
});

test("templates whose fields, operators or options the server lacks are not offered", () => {
  const namesOf = (fields: GetFieldsResult["fields"]) =>
    templatesOf(catalogueOf({ ...FIELDS, fields })).map(({ name }) => name);
  expect(namesOf(FIELDS.fields)).toEqual(["New this week", "Free, but busy"]);
  expect(namesOf(FIELDS.fields.filter(({ name }) => name !== "createdAt"))).toEqual(["Free, but busy"]);
  const basic = (operators: OperatorOfField[]) => operators.map((operator) => ({ ...operator, options: ["BASIC"] }));
  expect(
    namesOf(
      FIELDS.fields.map((field) => (field.name === "plan" ? { ...field, operators: basic(field.operators) } : field)),
    ),
  ).toEqual(["New this week"]);
});
