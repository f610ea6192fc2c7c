import { expect, test } from "vitest";
import { exportName } from "./exportName.ts";

const ID = "78322f76-42f6-4b2c-9c0a-1f2e3d4c5b6a";

test.each([
  ["Pro on a streak", "pro-on-a-streak-2026-11-28.csv"],
  ["  <b>7-Day</b> / Streak ", "b-7-day-b-streak-2026-11-28.csv"],
  ["नमस्ते", "नमस्ते-2026-11-28.csv"],
  ["…", `custom-${ID}-2026-11-28.csv`],
])("a custom segment called %s", (name, filename) => {
  expect(exportName(`custom-${ID}-2026-11-28.csv`, { segmentValue: ID, name })).toBe(filename);
});

test("a built-in segment keeps the name that the server gives", () => {
  const name = exportName("plan-free-2026-11-28.csv", { segmentValue: "free", name: "Free Users" });
  expect(name).toBe("plan-free-2026-11-28.csv");
});
