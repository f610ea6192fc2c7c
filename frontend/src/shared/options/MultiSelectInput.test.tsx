import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { Announcer } from "../Announcer.tsx";
import { MultiSelectInput } from "./MultiSelectInput.tsx";

const OPTIONS = [
  { value: "plan:free", label: "Free Users", group: "Plan" },
  { value: "plan:pro", label: "Pro Users", group: "Plan" },
  { value: "lifecycle:new", label: "New Users", group: "Lifecycle" },
];

function Chosen({ first }: { first: string[] }) {
  const [value, setValue] = useState(first);
  return (
    <MantineProvider env="test">
      <MultiSelectInput aria-label="Segments" error={false} value={value} options={OPTIONS} onChange={setValue} />
      <Announcer />
      <button type="button">After</button>
      <output>{value.join(" ")}</output>
    </MantineProvider>
  );
}

function show(...first: string[]) {
  render(<Chosen first={first} />);
  return {
    user: userEvent.setup(),
    input: screen.getByRole<HTMLInputElement>("combobox", { name: "Segments" }),
    chosen: () => document.querySelector("output")?.textContent,
    options: () => screen.getAllByRole("option").map(({ textContent }) => textContent),
    current: () => document.getElementById(screen.getByRole("combobox").getAttribute("aria-activedescendant") ?? ""),
    said: () => document.querySelector("[aria-live]")?.textContent?.trim(),
  };
}

test("the keyboard alone opens the list, chooses, and takes back", async () => {
  const { user, input, chosen, current, said } = show();
  await user.tab();
  expect(document.activeElement).toBe(input);
  expect(screen.queryByRole("listbox"), "not only for the focus").toBeNull();
  await user.keyboard("{ArrowDown}");
  expect(input.getAttribute("aria-expanded")).toBe("true");
  expect(document.getElementById(input.getAttribute("aria-controls") ?? "")).toBe(screen.getByRole("listbox"));
  await user.keyboard("{Enter}");
  expect(chosen(), "nothing is current yet").toBe("");
  await user.keyboard("{ArrowDown}{ArrowDown}");
  expect(current()?.textContent).toBe("Pro Users");
  await user.keyboard("{Enter}");
  expect([chosen(), said()]).toEqual(["plan:pro", "Pro Users chosen"]);
  expect(current()?.getAttribute("aria-selected")).toBe("true");
  await user.keyboard("{ArrowUp}{ArrowUp}{Enter}");
  expect(chosen(), "round the end").toBe("plan:pro lifecycle:new");
  await user.keyboard("{Backspace}");
  expect([chosen(), said()]).toEqual(["plan:pro", "New Users removed"]);
  await user.keyboard("{Escape}");
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(document.activeElement).toBe(input);
});

test("what is typed finds options by name and group, and Enter chooses the first", async () => {
  const { user, input, chosen, options } = show("plan:free");
  await user.type(input, "plan");
  expect(options()).toEqual(["Free Users", "Pro Users"]);
  expect(within(screen.getByRole("group", { name: "Plan" })).getAllByRole("option")).toHaveLength(2);
  await user.clear(input);
  await user.type(input, "users ne{Enter}");
  expect(chosen()).toBe("plan:free lifecycle:new");
  expect(input.value, "ready for the next").toBe("");
  await user.type(input, "zzz{Enter}");
  expect(screen.getByText("Nothing found").getAttribute("role")).toBe("status");
  expect(screen.queryByRole("listbox")).toBeNull();
  expect(chosen()).toBe("plan:free lifecycle:new");
  await user.tab();
  expect([input.value, screen.queryByText("Nothing found")]).toEqual(["", null]);
});

test("a click chooses and takes back, and the focus stays", async () => {
  const { user, input, chosen } = show();
  await user.click(input);
  await user.click(screen.getByRole("option", { name: "New Users" }));
  await user.click(screen.getByRole("option", { name: "Free Users" }));
  await user.click(screen.getByRole("option", { name: "New Users" }));
  expect(chosen()).toBe("plan:free");
  expect(document.activeElement).toBe(input);
  await user.click(screen.getByRole("button", { name: "After" }));
  expect(screen.queryByRole("listbox")).toBeNull();
});

test("each value has a button that removes it, also one that no longer exists", async () => {
  const { user, input, chosen } = show("plan:free", "custom:gone", "plan:pro");
  const values = within(screen.getByRole("list", { name: "Chosen" }));
  expect(values.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "Free Users",
    "custom:gone (no longer available)",
    "Pro Users",
  ]);
  await user.click(screen.getByRole("button", { name: "Remove custom:gone (no longer available)" }));
  expect(chosen()).toBe("plan:free plan:pro");
  expect(document.activeElement).toBe(input);
});

test("a second Enter after a search changes nothing, since nothing is current in the whole list", async () => {
  const { user, input, chosen, current } = show();
  await user.type(input, "users");
  await user.keyboard("{ArrowDown}{Enter}");
  expect([chosen(), current()]).toEqual(["plan:pro", null]);
  await user.keyboard("{Enter}");
  expect(chosen()).toBe("plan:pro");
});

test("a space is no search", async () => {
  const { user, input, current } = show();
  await user.type(input, " ");
  expect(current()).toBeNull();
});

test("Backspace that is held down to clear the text leaves what is chosen", () => {
  const { input, chosen } = show("plan:pro");
  fireEvent.keyDown(input, { key: "Backspace", repeat: true });
  expect(chosen()).toBe("plan:pro");
  fireEvent.keyDown(input, { key: "Backspace" });
  expect(chosen()).toBe("");
});
