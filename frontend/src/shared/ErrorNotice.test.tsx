import { MantineProvider } from "@mantine/core";
import { act, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RpcError } from "../api/client.ts";
import { ErrorNotice } from "./ErrorNotice.tsx";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a limit counts down the seconds to wait", () => {
  render(
    <MantineProvider>
      <ErrorNotice error={new RpcError("TooManyRequests", -32029, "", { retryAfter: 3 })} />
    </MantineProvider>,
  );
  const pass = () => act(() => void vi.advanceTimersByTime(1_000));
  screen.getByText("Try again in 3 seconds.");
  pass();
  pass();
  screen.getByText("Try again in 1 second.");
  pass();
  screen.getByText("You can try again now.");
  expect(vi.getTimerCount()).toBe(0);
});
