import { act, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Time } from "./Time.tsx";

beforeEach(() => void vi.useFakeTimers({ now: new Date("2026-03-01T12:00:30Z") }));
afterEach(() => void vi.useRealTimers());

test("how long ago something was goes with the time", () => {
  const { container } = render(<Time at="2026-03-01T12:00:00Z" as="ago" />);
  expect(container.textContent).toBe("just now");
  act(() => void vi.advanceTimersByTime(60_000));
  expect(container.textContent).toBe("1 minute ago");
  act(() => void vi.advanceTimersByTime(2 * 3_600_000));
  expect(container.textContent).toBe("2 hours ago");
});

test("one clock serves all times, and stops with the last", () => {
  const { unmount } = render(
    <>
      <Time at="2026-03-01T12:00:00Z" as="ago" />
      <Time at="2026-03-01T11:00:00Z" as="ago" />
      <Time at="2026-03-01T11:00:00Z" />
    </>,
  );
  expect(vi.getTimerCount()).toBe(1);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});
