// What was decided about somebody by hand, and how the definition decides again.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { UserOverride } from "../api/client.ts";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { SEGMENTS } from "../testing/segments.ts";
import { OverridesTable } from "./OverridesTable.tsx";

afterEach(() => vi.unstubAllGlobals());

const overrideOf = (segmentValue: string, decision: UserOverride["decision"]): UserOverride => ({
  segmentType: "plan",
  segmentValue,
  decision,
  actor: "token:carla",
  createdAt: "2026-03-01T12:00:00Z",
  expiresAt: null,
  reason: null,
});

test("who is excluded is restored; who was added loses the override", async () => {
  answering(() => ({ segments: SEGMENTS }));
  const overrides = [overrideOf("pro", "include"), overrideOf("free", "exclude")];
  const Page = () => <OverridesTable person={{ id: "42", name: "Anna Smith" }} overrides={overrides} />;
  showPage(Page, "/", () => ({}), "/");
  const added = await screen.findByRole("button", { name: "Remove override for Pro Users" });
  expect(added.textContent).toBe("Remove override");
  expect(screen.getByRole("button", { name: "Restore for Free Users" }).textContent).toBe("Restore");
  const untilOf = cellsOf(screen.getByRole("table")).map((row) => row[4]);
  expect(untilOf).toEqual(["Until", "you remove it", "you restore them"]);
});
