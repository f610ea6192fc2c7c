import { act, renderHook } from "@testing-library/react";
import { beforeEach, expect, test } from "vitest";
import { FIELDS } from "../../testing/fields.ts";
import { catalogueOf, newCondition } from "../tree/catalogue.ts";
import { newSet } from "../tree/tree.ts";
import { loadDraft } from "./draftStorage.ts";
import { useStoredDraft } from "./useStoredDraft.ts";

const KEY = "audience.draft.new";
const catalogue = catalogueOf(FIELDS);
const empty = () => ({ name: "", description: "", root: newSet([newCondition(catalogue)]) });
const begin = () => renderHook(() => useStoredDraft(KEY, catalogue, empty, null)).result;

beforeEach(() => sessionStorage.clear());

function type(draft: ReturnType<typeof begin>, name: string) {
  act(() => draft.current.steps.change((before) => ({ ...before, name }), "name"));
}

test("what was typed is back after a reload", () => {
  type(begin(), "Precious");
  const again = begin();
  expect([again.current.wasRestored, again.current.isChanged]).toEqual([true, true]);
  expect(again.current.steps.draft.name).toBe("Precious");
});

test("what was undone to its beginning is no change, and not brought back", () => {
  const draft = begin();
  expect(draft.current.isChanged).toBe(false);
  type(draft, "A mistake");
  expect(draft.current.isChanged).toBe(true);
  act(() => draft.current.steps.undo());
  expect(draft.current.isChanged).toBe(false);
  expect(loadDraft(KEY)).toBeUndefined();
  expect(begin().current.wasRestored).toBe(false);
});

test("what was brought back stays kept until it is saved or discarded", () => {
  type(begin(), "Precious");
  const again = begin();
  expect(loadDraft(KEY)?.name).toBe("Precious");
  act(() => again.current.forget());
  type(again, "Typed while it was saved");
  expect(loadDraft(KEY)).toBeUndefined();
});
