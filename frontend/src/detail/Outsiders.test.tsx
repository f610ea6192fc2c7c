// A search among members that finds nobody offers the others who have the text.
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Person } from "../shared/person.ts";
import { answering, showPage } from "../testing/page.tsx";
import { ANNA } from "../testing/people.ts";
import { Outsiders } from "./Outsiders.tsx";

function open(searched: string) {
  const chosen: [string, Person][] = [];
  answering(({ params }) => ({ users: params.searchQuery === "anna" ? [ANNA] : [] }));
  const Page = () => (
    <Outsiders
      searched={searched}
      name="Free Users"
      onExplain={(person) => chosen.push(["explain", person])}
      onAdd={(person) => chosen.push(["add", person])}
    />
  );
  return { ...showPage(Page, "/", () => ({}), "/"), chosen };
}

test("each of them can be explained, and added", async () => {
  const { user, chosen } = open("anna");
  await user.click(await screen.findByRole("button", { name: "Why not Anna Smith?" }));
  await user.click(screen.getByRole("button", { name: "Add anyway: Anna Smith" }));
  const person = { id: "42", name: "Anna Smith" };
  expect(chosen).toEqual([
    ["explain", person],
    ["add", person],
  ]);
});

test("a text that nobody has is said to be so", async () => {
  open("zzz");
  await screen.findByText("No one matches “zzz”");
  expect(screen.queryByRole("button", { name: /^Add anyway/ })).toBeNull();
});
