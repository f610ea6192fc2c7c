import { renderHook } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { useShortcuts } from "./useShortcuts.ts";

test.each([
  ["{Control>}z{/Control}", "undo"],
  ["{Control>}{Shift>}z{/Shift}{/Control}", "redo"],
  ["{Control>}y{/Control}", "redo"],
  ["{Control>}s{/Control}", "save"],
  ["{Meta>}s{/Meta}", "save"],
])("%s is %s", async (keys, what) => {
  const actions = { undo: vi.fn(), redo: vi.fn(), save: vi.fn() };
  renderHook(() => useShortcuts(actions.undo, actions.redo, actions.save));
  await userEvent.keyboard(keys);
  const called = Object.entries(actions).filter(([, action]) => action.mock.calls.length > 0);
  expect(called.map(([name]) => name)).toEqual([what]);
});
