import { render } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { axisTicks } from "./axisTicks.ts";
import { DayChart } from "./DayChart.tsx";

// Nothing has a width in jsdom.
vi.mock("@mantine/hooks", () => ({ useElementSize: () => ({ ref: { current: null }, width: 600 }) }));

function show(values: number[]) {
  const dates = values.map((_, place) => `2026-03-0${place + 1}`);
  const lines = [{ name: "Size", look: "solid" as const, values }];
  return render(<DayChart dates={dates} lines={lines} ticks={axisTicks(values)} label="Size" tipOf={() => null} />);
}

test.each([
  [[0, 500], true],
  [[600, 1_000], false],
  [[18_340, 18_340], false],
])("the area below %j is filled only from zero: %s", (values, isFilled) => {
  const { container } = show(values);
  expect(container.querySelectorAll("[data-area]")).toHaveLength(isFilled ? 1 : 0);
});

test("a series without a change lies in the middle", () => {
  const { container } = show([18_340, 18_340]);
  const [first] = /[\d.]+,([\d.]+)/.exec(container.querySelector("[data-look=solid]")?.getAttribute("d") ?? "") ?? [];
  expect(Number(first?.split(",")[1])).toBe(114);
});
