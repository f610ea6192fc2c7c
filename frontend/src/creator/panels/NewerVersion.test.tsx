// What somebody else saved meanwhile can be read before one chooses.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { formatDateTime } from "../../shared/format.ts";
import { answering, showPage } from "../../testing/page.tsx";
import { NewerVersion } from "./NewerVersion.tsx";

afterEach(() => vi.unstubAllGlobals());

const SAVED_AT = "2026-01-01T00:00:00Z";

async function compare(criteriaInWords: string | null, words: string | undefined) {
  const saved = { version: 2, name: "Busy", description: "", author: "token:anna", createdAt: SAVED_AT };
  answering(() => ({ versions: [{ ...saved, definition: null, criteriaInWords }] }));
  const onSaveOver = vi.fn();
  const Shown = () => (
    <NewerVersion id="1" version={2} mine={{ name: "Eager", words }} onDiscard={() => {}} onSaveOver={onSaveOver} />
  );
  const { user } = showPage(Shown, "/", () => ({}), "/");
  const button = await screen.findByRole("button", { name: "Compare" });
  expect(screen.queryByRole("definition")).toBeNull();
  await user.click(button);
  expect(button.getAttribute("aria-expanded")).toBe("true");
  expect(document.activeElement).toBe(button);
  return { texts: screen.getAllByRole("definition").map(({ textContent }) => textContent), user, onSaveOver };
}

test("both definitions are sentences, and it says who saved theirs and when", async () => {
  const { texts, user, onSaveOver } = await compare("level is more than 3", "level is more than 7");
  expect(texts).toEqual(["BusyLevel is more than 3.", "EagerLevel is more than 7."]);
  expect(screen.getByText(/saved version 2 while you were editing/).textContent).toContain("anna");
  expect(screen.getByText(/^Theirs, saved/).textContent).toContain(formatDateTime(SAVED_AT));
  await user.click(screen.getByRole("button", { name: "Overwrite with mine" }));
  expect(onSaveOver).toHaveBeenCalledWith(2);
});

test("what cannot be read or is not complete is said so", async () => {
  const { texts } = await compare(null, undefined);
  expect(texts[0]).not.toBe("Busy");
  expect(texts[1]).toBe("EagerNo condition is complete yet.");
});
