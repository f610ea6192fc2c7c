import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { cellsOf, showPage } from "../../testing/page.tsx";
import { SampleUsers } from "./SampleUsers.tsx";

const REST = { lastName: null, plan: "PRO", createdAt: "2026-01-01T00:00:00Z", lastActivityAt: null };
const NAMED = { ...REST, id: "1", email: "ann@example.org", firstName: "Ann" };
const NAMELESS = { ...REST, id: "2", email: "bob@example.org", firstName: null };

type Props = Pick<Parameters<typeof SampleUsers>[0], "fields" | "more">;

async function rowsWith(props: Props) {
  showPage(
    () => <SampleUsers users={[NAMED, NAMELESS]} {...props} />,
    "/segments/new",
    () => ({}),
    "/segments/new",
  );
  return cellsOf(await screen.findByRole("table", { name: "Sample" }));
}

test("a person without a name is shown by the address, once", async () => {
  expect(await rowsWith({ fields: [] })).toEqual([
    ["User", "Plan"],
    ["Annann@example.org", "PRO"],
    ["bob@example.org", "PRO"],
  ]);
});

test("a name leads to the person in a new tab, since the draft is open", async () => {
  await rowsWith({ fields: [] });
  const link = screen.getByRole("link", { name: "Ann" });
  expect(link.getAttribute("href")).toBe("/people/1");
  expect(link.getAttribute("target")).toBe("_blank");
});

test("more values have a column each, empty until they are known", async () => {
  const more = [{ field: "level", label: "Level", values: new Map([["1", "7"]]) }];
  const rows = await rowsWith({ fields: ["level"], more });
  expect(rows.map((row) => row.at(-1))).toEqual(["Level", "7", ""]);
});

test("values that a condition tests have a column", async () => {
  const [head, ann] = await rowsWith({ fields: ["lastActivityAt", "level"] });
  expect(head).toEqual(["User", "Plan", "Last active"]);
  expect(ann?.at(-1)).toBe("never");
});
