// A field is found by a part of its name or its group.
import { readFileSync } from "node:fs";
import { MantineProvider } from "@mantine/core";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import type { FieldOfCatalogue } from "../../api/client.ts";
import { findOptions } from "../../shared/options/findOptions.ts";
import { FIELDS } from "../../testing/fields.ts";
import { type Builder, BuilderContext } from "./builderContext.ts";
import { catalogueOf } from "./catalogue.ts";
import { FieldFinder } from "./FieldFinder.tsx";
import { fieldOptions } from "./fieldGroups.ts";
import { helpOf } from "./fieldHelp.ts";

const FOUND = fieldOptions(
  [
    ["plan", "Plan"],
    ["quizCount", "Quiz count"],
    ["awsShare", "AWS share"],
    ["lastPurchaseAt", "Last purchase"],
    ["lastActivityAt", "Last activity"],
    ["segment", "Segment"],
    ["attr.plan_note", "Note on the plan"],
  ].map(([name, label]) => ({ name, label }) as FieldOfCatalogue),
);

test("fields are grouped as people look for them", () => {
  expect(FOUND.map(({ group }) => group)).toEqual([
    "Profile",
    "Quizzes",
    "Quizzes",
    "Purchases",
    "Activity",
    "Segments",
    "Attributes",
  ]);
});

function builtIn(): string[] {
  const { components } = JSON.parse(readFileSync("../docs/openrpc.json", "utf8"));
  return components.schemas.CriteriaField.anyOf[0].enum;
}

test("every field that is built in has a group", () => {
  const names = builtIn();
  const options = fieldOptions(names.map((name) => ({ name, label: name }) as FieldOfCatalogue));
  expect(names).toContain("randomBucket");
  expect(options.filter(({ group }) => group === "Other")).toEqual([]);
  expect(fieldOptions([{ name: "shoeSize", label: "Shoe size" } as FieldOfCatalogue])[0]?.group).toBe("Other");
});

test.each([
  ["names that begin with the text first", "plan", ["Plan", "Note on the plan"]],
  ["words in any order", "activity last", ["Last activity"]],
  ["by the group", "quizzes", ["Quiz count", "AWS share"]],
  ["nothing", "zzz", []],
])("it finds %s", (_, text, labels) => {
  expect(findOptions(FOUND, text).map(({ label }) => label)).toEqual(labels);
});

test("the name itself comes before the names that begin with it", () => {
  const options = ["Level of detail", "My level", "Level"].map((label) => ({ value: label, label, group: "Profile" }));
  expect(findOptions(options, "level").map(({ label }) => label)).toEqual(["Level", "Level of detail", "My level"]);
});

function show(fields = FIELDS.fields) {
  const addCondition = vi.fn();
  const builder = { catalogue: catalogueOf({ ...FIELDS, fields }), addCondition } as unknown as Builder;
  render(
    <MantineProvider env="test">
      <BuilderContext value={builder}>
        <FieldFinder set="root" label="Definition" />
      </BuilderContext>
    </MantineProvider>,
  );
  return { addCondition, input: screen.getByLabelText<HTMLInputElement>("Add a condition to Definition by name") };
}

test("Enter adds a condition on the first field that is found", async () => {
  const { addCondition, input } = show();
  await userEvent.type(input, "lev{Enter}");
  expect(addCondition).toHaveBeenLastCalledWith("root", "level");
  expect(input.value, "ready for the next").toBe("");
  await userEvent.type(input, "zzz{Enter}");
  expect(addCondition).toHaveBeenCalledOnce();
});

test("a whole name that is typed is still only typed", async () => {
  const { addCondition, input } = show();
  await userEvent.type(input, "firstName");
  expect(addCondition).not.toHaveBeenCalled();
  expect(input.value).toBe("firstName");
  await userEvent.keyboard("{Enter}");
  expect(addCondition).toHaveBeenLastCalledWith("root", "firstName");
});

test("a name from the list adds its condition, also if others begin with it", async () => {
  const level = FIELDS.fields.find(({ name }) => name === "level") as FieldOfCatalogue;
  const { addCondition, input } = show([{ ...level, name: "levelOfDetail", label: "level of detail" }, level]);
  await userEvent.click(input);
  await userEvent.click(screen.getByRole("option", { name: "level The level reached so far" }));
  expect(addCondition.mock.calls).toEqual([["root", "level"]]);
  await userEvent.type(input, "level{ArrowDown}{Enter}");
  expect(addCondition).toHaveBeenLastCalledWith("root", "levelOfDetail");
  expect(input.value).toBe("");
});

test("the list has all fields in their groups, each with what it means", async () => {
  const { addCondition, input } = show();
  await userEvent.tab();
  expect(document.activeElement).toBe(input);
  expect(screen.queryByRole("listbox")).toBeNull();
  await userEvent.keyboard("{ArrowDown}");
  const quizzes = within(screen.getByRole("group", { name: "Quizzes" })).getAllByRole("option");
  expect(quizzes.map(({ textContent }) => textContent)).toEqual([
    "quizAttempts Quizzes in a period, of a provider, or of a certification",
  ]);
  screen.getByRole("option", { name: "attr.country" });
  await userEvent.keyboard("{Enter}");
  expect(addCondition, "nothing is current yet").not.toHaveBeenCalled();
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByRole("listbox")).toBeNull();
});

test("every field that is built in has a help line", () => {
  expect(builtIn().filter((name) => helpOf(name) === undefined)).toEqual([]);
  expect(helpOf("attr.country")).toBeUndefined();
  expect(helpOf("constructor")).toBeUndefined();
});
