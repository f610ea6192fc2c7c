import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { testQueryClient } from "../testing/queryClient.ts";
import { PauseAll } from "./PauseAll.tsx";

/** What the server was asked. */
let asked: object[];
let isBroken: boolean;

beforeEach(() => {
  asked = [];
  isBroken = false;
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const { id, params } = JSON.parse(body);
    asked.push(params);
    const error = { code: -32603, message: "broken" };
    return new Response(JSON.stringify(isBroken ? { id, error } : { id, result: params }));
  });
});
afterEach(() => vi.unstubAllGlobals());

function show(isPaused: boolean, isActive = false) {
  render(
    <QueryClientProvider client={testQueryClient()}>
      <MantineProvider>
        <PauseAll isPaused={isPaused} isDisabled={false} isActive={isActive} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

async function ask(user: ReturnType<typeof show>) {
  await user.click(screen.getByRole("button", { name: "Pause all…" }));
  return within(await screen.findByRole("dialog", { name: "Pause all syncs?" }));
}

test("pausing is confirmed by somebody who has read what it means", async () => {
  const user = show(false);
  const dialog = await ask(user);
  expect(dialog.getByText(/only delete contacts of erased people and remove what is turned off\./)).toBeDefined();
  expect(dialog.queryByText(/goes on until it ends/)).toBeNull();
  expect(asked).toEqual([]);
  await user.click(dialog.getByRole("button", { name: "Pause all" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(asked).toEqual([{ paused: true }]);
});

test("a sync that is active is not stopped, and the dialog says so", async () => {
  const dialog = await ask(show(false, true));
  expect(dialog.getByText("The running sync finishes first.")).toBeDefined();
});

test("what went wrong is said in the dialog, which stays", async () => {
  isBroken = true;
  const user = show(false);
  const dialog = await ask(user);
  await user.click(dialog.getByRole("button", { name: "Pause all" }));
  expect(await dialog.findByRole("alert")).toBeDefined();
});

test("resuming asks nothing", async () => {
  const user = show(true);
  await user.click(screen.getByRole("button", { name: "Resume all" }));
  await waitFor(() => expect(asked).toEqual([{ paused: false }]));
  expect(screen.queryByRole("dialog")).toBeNull();
});
