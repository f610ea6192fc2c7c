// What a new segment may begin with.
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { GetFieldsResult, OperatorOfField } from "../../api/client.ts";
import { FIELDS } from "../../testing/fields.ts";
import { answering } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import type { Draft } from "../draft/useDraft.ts";
import { catalogueOf } from "../tree/catalogue.ts";
import { toCriteria } from "../tree/toCriteria.ts";
import { StartFrom } from "./StartFrom.tsx";
import { templatesOf } from "./templates.ts";

afterEach(() => vi.unstubAllGlobals());

const catalogue = catalogueOf(FIELDS);
const COPIED = { combineWith: "OR", criteria: [{ field: "level", operator: ">", value: 3 }] };

function show() {
  answering(() => ({ name: "Pro Users", description: "Of the plan", definition: COPIED }));
  const started: Draft[] = [];
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider env="test">
        <StartFrom catalogue={catalogue} segments={SEGMENTS} onStart={(draft) => started.push(draft)} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  const choose = (option: string | RegExp) =>
    userEvent.selectOptions(screen.getByLabelText("Start from"), screen.getByRole("option", { name: option }));
  return { started, choose };
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
