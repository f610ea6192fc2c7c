// Somebody is added by hand: found by name, email or ID, or given from where the dialog was opened.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Person } from "../shared/person.ts";
import { answering, showPage } from "../testing/page.tsx";
import { ANNA, BERT } from "../testing/people.ts";
import { AddDialog } from "./AddDialog.tsx";

afterEach(() => vi.unstubAllGlobals());

const NOT_FOUND = { code: -32044, message: "there is no such user", data: { what: "user nobody" } };

async function open(person?: Person) {
  const calls = answering(({ method, params }) => {
    if (method === "findUsers") return { users: /^an/i.test(params.searchQuery) ? [ANNA, BERT] : [], nextCursor: null };
    if (method === "addUserToSegment" && params.userId === "nobody") throw NOT_FOUND;
    return {};
  });
  const onClose = vi.fn();
  const key = { segmentType: "plan", segmentValue: "free" } as const;
  const { user } = showPage(
    () => <AddDialog person={person} segmentKey={key} name="Free Users" onClose={onClose} />,
    "/",
    () => ({}),
    "/",
  );
  await screen.findByRole("dialog");
  const added = () => calls.filter(({ method }) => method === "addUserToSegment").map(({ params }) => params.userId);
  const add = () => user.click(screen.getByRole("button", { name: "Add" }));
  return { user, onClose, added, add };
}

test("somebody is found by a part of their name and chosen by the keyboard", async () => {
  const { user, onClose, added } = await open();
  const input = screen.getByLabelText<HTMLInputElement>("Person");
  await user.type(input, "an");
  await screen.findByRole("option", { name: /Anna Smith.*anna@example\.org · ID 42/ });
  await user.keyboard("{ArrowDown}{ArrowUp}{Enter}");
  expect(input.value).toBe("Anna Smith");
  expect(screen.queryByRole("option")).toBeNull();
  expect(document.activeElement).toBe(input);
  expect(added(), "to choose is not to add").toEqual([]);
  await user.keyboard("{Enter}");
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(added()).toEqual(["42"]);
});

test("Enter before the people are found adds nobody", async () => {
  const { user, added } = await open();
  await user.type(screen.getByLabelText("Person"), "an{Enter}");
  await user.click(await screen.findByRole("option", { name: /bert@example\.org/ }));
  expect(screen.getByLabelText<HTMLInputElement>("Person").value).toBe("bert@example.org");
  expect(added()).toEqual([]);
});

test("Escape closes the list and leaves the dialog open", async () => {
  const { user, onClose } = await open();
  await user.type(screen.getByLabelText("Person"), "an");
  await screen.findAllByRole("option");
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("option")).toBeNull();
  expect(onClose).not.toHaveBeenCalled();
});

test("an ID counts as it is; one that nobody has, or none, is said to be so", async () => {
  const { user, onClose, added, add } = await open();
  await add();
  await screen.findByText("Choose a person, or enter an ID.");
  const input = screen.getByLabelText("Person");
  await user.type(input, "nobody");
  await add();
  await screen.findByText("No one has this ID. Choose a person from the list.");
  await user.clear(input);
  await user.type(input, " u 7 ");
  await add();
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(added()).toEqual(["nobody", "u 7"]);
});

test("a person who is given cannot be changed", async () => {
  const { onClose, added, add } = await open({ id: "42", name: "Anna Smith" });
  expect(screen.getByRole("dialog", { name: "Add Anna Smith?" })).toBeTruthy();
  expect(screen.queryByLabelText("Person")).toBeNull();
  await add();
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(added()).toEqual(["42"]);
});
