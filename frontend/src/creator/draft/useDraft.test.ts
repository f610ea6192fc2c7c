import { expect, test } from "vitest";
import { newSet } from "../tree/tree.ts";
import { type Draft, startingWith, steps } from "./useDraft.ts";

const draft: Draft = { name: "", description: "", root: newSet() };
const named = (name: string, at: number, place = "name") =>
  ({ kind: "change", change: (before: Draft) => ({ ...before, name }), place, at }) as const;

test("what is typed in one go is one step, and a pause begins another", () => {
  const typed = [named("a", 1_000), named("ab", 1_200), named("abc", 5_000)].reduce(steps, startingWith(draft));
  expect(typed.past.map(({ name }) => name)).toEqual(["", "ab"]);
  const undone = steps(typed, { kind: "undo" });
  expect(undone.present.name).toBe("ab");
  expect(steps(steps(undone, { kind: "undo" }), { kind: "undo" }).present.name).toBe("");
  expect(steps(undone, { kind: "redo" }).present.name).toBe("abc");
});

test("changes of different places are steps of their own, and a new change ends the future", () => {
  const both = [named("a", 1_000), named("b", 1_001, "")].reduce(steps, startingWith(draft));
  expect(both.past).toHaveLength(2);
  const other = steps(steps(both, { kind: "undo" }), named("c", 9_000));
  expect(other.future).toEqual([]);
  expect(steps(other, { kind: "redo" })).toBe(other);
});

test("a change that changes nothing is no step", () => {
  const state = startingWith(draft);
  expect(steps(state, { kind: "change", change: (before) => before, place: "", at: 1 })).toBe(state);
});
