// People are found by name, address or ID, page by page.
import { act, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { forgetTexts } from "../shared/useKeptText.ts";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { ANNA, BERT } from "../testing/people.ts";
import { PeoplePage } from "./PeoplePage.tsx";

function open() {
  const calls = answering(({ params: { searchQuery, cursor } }) => {
    if (searchQuery === "nobody") return { users: [] };
    if (searchQuery === "anna") return { users: [ANNA] };
    return cursor === null ? { users: [ANNA], nextCursor: "next" } : { users: [BERT] };
  });
  return { ...showPage(PeoplePage, "/people", () => ({}), "/people"), calls };
}

test("everybody is listed, page by page", async () => {
  const { user, calls } = open();
  const table = await screen.findByRole("table", { name: "People" });
  expect(cellsOf(table)[1]?.slice(0, 4)).toEqual(["Anna Smithanna@example.org", "42", "PRO", "never"]);
  await user.click(screen.getByRole("button", { name: "Show more" }));
  await screen.findByRole("link", { name: "bert@example.org" });
  expect(cellsOf(table)[2]?.slice(1, 3)).toEqual(["7", "Deleted by your app"]);
  expect(calls.map(({ params }) => params)).toEqual([
    { searchQuery: null, limit: 20, cursor: null },
    { searchQuery: null, limit: 20, cursor: "next" },
  ]);
});

test("a text finds people, and leads to them; it stays out of the address", async () => {
  const { user, href } = open();
  const input = await screen.findByLabelText("Search by name, email or ID");
  await user.type(input, " nobody ");
  await screen.findByText("No one matches “nobody”");
  await user.clear(input);
  await user.type(input, "anna");
  const link = await screen.findByRole("link", { name: "Anna Smith" });
  expect(link.getAttribute("href")).toBe("/people/42");
  expect(href()).toBe("/people");
});

test("the text is there again on Back, and only then", async () => {
  const { user, history } = open();
  const input = () => screen.findByLabelText<HTMLInputElement>("Search by name, email or ID");
  await user.type(await input(), "anna");
  const leave = async () => {
    act(() => history.push("/elsewhere"));
    await expect.poll(() => screen.queryByLabelText("Search by name, email or ID")).toBeNull();
  };
  await leave();
  act(() => history.back());
  expect((await input()).value).toBe("anna");
  await leave();
  act(() => history.push("/people"));
  expect((await input()).value).toBe("");

  await leave();
  forgetTexts();
  act(() => history.go(-3));
  expect((await input()).value).toBe("");
});
