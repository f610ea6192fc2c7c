import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { cellsOf } from "../../testing/page.tsx";
import { SampleUsers } from "./SampleUsers.tsx";

const REST = { lastName: null, plan: "PRO", createdAt: "2026-01-01T00:00:00Z", lastActivityAt: null };
const NAMED = { ...REST, id: "1", email: "ann@example.org", firstName: "Ann" };
const NAMELESS = { ...REST, id: "2", email: "bob@example.org", firstName: null };

function rowsWith(fields: string[]) {
  render(
    <MantineProvider env="test">
      <SampleUsers users={[NAMED, NAMELESS]} fields={fields} />
    </MantineProvider>,
  );
  return cellsOf(screen.getByRole("table", { name: "Sample" }));
}

test("a person without a name is shown by the address, once", () => {
  expect(rowsWith([])).toEqual([
    ["User", "Plan"],
    ["Annann@example.org", "PRO"],
    ["bob@example.org", "PRO"],
  ]);
});

test("more values have a column each, empty until they are known", () => {
  const more = [{ field: "level", label: "Level", values: new Map([["1", "7"]]) }];
  render(
    <MantineProvider env="test">
      <SampleUsers users={[NAMED, NAMELESS]} fields={["level"]} more={more} />
    </MantineProvider>,
  );
  expect(cellsOf(screen.getByRole("table", { name: "Sample" })).map((row) => row.at(-1))).toEqual(["Level", "7", ""]);
});

test("values that a condition tests have a column", () => {
  const [head, ann] = rowsWith(["lastActivityAt", "level"]);
  expect(head).toEqual(["User", "Plan", "Last active"]);
  expect(ann?.at(-1)).toBe("never");
});
