import { expect, test } from "vitest";
import { newSet } from "../tree/tree.ts";
import { type Draft, historyReducer, initialHistory } from "./useDraft.ts";

const draft: Draft = { name: "", description: "", root: newSet() };
const named = (name: string, at: number, place = "name") =>
  ({ kind: "change", change: (before: Draft) => ({ ...before, name }), place, at }) as const;

test("what is typed in one go is one step, and a pause begins another", () => {
  const typed = [named("a", 1_000), named("ab", 1_200), named("abc", 5_000)].reduce(
    historyReducer,
    initialHistory(draft),
  );
  expect(typed.past.map(({ name }) => name)).toEqual(["", "ab"]);
  const undone = historyReducer(typed, { kind: "undo" });
  expect(undone.present.name).toBe("ab");
  expect(historyReducer(historyReducer(undone, { kind: "undo" }), { kind: "undo" }).present.name).toBe("");
  expect(historyReducer(undone, { kind: "redo" }).present.name).toBe("abc");
});

test("changes of different places are steps of their own, and a new change ends the future", () => {
  const both = [named("a", 1_000), named("b", 1_001, "")].reduce(historyReducer, initialHistory(draft));
  expect(both.past).toHaveLength(2);
  const other = historyReducer(historyReducer(both, { kind: "undo" }), named("c", 9_000));
  expect(other.future).toEqual([]);
  expect(historyReducer(other, { kind: "redo" })).toBe(other);
});

test("a change that changes nothing is no step", () => {
  const state = initialHistory(draft);
  expect(historyReducer(state, { kind: "change", change: (before) => before, place: "", at: 1 })).toBe(state);
});
