import { MantineProvider } from "@mantine/core";
import { act, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Dialog } from "./Dialog.tsx";
import { Toaster } from "./Toaster.tsx";
import { toast } from "./toasts.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A second at a time: each one is counted when the one before has been. */
function pass(seconds: number) {
  for (let second = 0; second < seconds; second += 1) act(() => void vi.advanceTimersByTime(1_000));
}

function show(dialog = false) {
  render(
    <MantineProvider>
      {dialog && <Dialog title="A question">Really?</Dialog>}
      <Toaster />
    </MantineProvider>,
  );
  act(() => void toast({ tone: "done", title: "Copied", duration: 10_000, action: { label: "Edit", run: () => {} } }));
  return screen.getByRole("button", { name: /^Edit/ });
}

test("a message goes when its time is over", () => {
  show();
  pass(9);
  expect(screen.queryByText("Copied")).not.toBeNull();
  pass(2);
  expect(screen.queryByText("Copied")).toBeNull();
});

test.each([
  ["pointed at", fireEvent.mouseEnter, fireEvent.mouseLeave],
  ["it has the focus", fireEvent.focus, fireEvent.blur],
])("a message stays while %s, also if it offers something", (_, hold, release) => {
  const button = show();
  const message = button.parentElement as HTMLElement;
  hold(message);
  pass(60);
  expect(screen.queryByText("Copied")).not.toBeNull();
  release(message);
  pass(11);
  expect(screen.queryByText("Copied")).toBeNull();
});

test("a message that was pointed at goes after it has moved into a dialog", () => {
  const page = (hasDialog: boolean) => (
    <MantineProvider>
      {hasDialog && (
        <Dialog title="A question" onClose={() => {}}>
          Really?
        </Dialog>
      )}
      <Toaster />
    </MantineProvider>
  );
  const { rerender } = render(page(false));
  act(() => void toast({ tone: "done", title: "Copied" }));
  fireEvent.mouseEnter(screen.getByText("Copied").closest("[data-tone]") as HTMLElement);
  rerender(page(true));
  pass(10);
  expect(screen.queryByText("Copied")).toBeNull();
});

test("a message lies within the dialog that is open, where the keyboard reaches it", () => {
  show(true);
  expect(within(screen.getByRole("dialog")).getByText("Copied")).toBeDefined();
});

test("the focus returns from a message to where it was", () => {
  render(
    <MantineProvider>
      <button type="button">Elsewhere</button>
      <Toaster />
    </MantineProvider>,
  );
  act(() => void toast({ tone: "done", title: "Archived", action: { label: "Undo", run: () => {} } }));
  const button = screen.getByRole("button", { name: /^Undo/ });
  const elsewhere = screen.getByRole("button", { name: "Elsewhere" });
  elsewhere.focus();
  act(() => button.focus());
  fireEvent.click(button);
  expect(document.activeElement).toBe(elsewhere);
});
