// The segments that somebody is in, and the way out.
import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { GetUserSegmentsResult } from "../api/client.ts";
import { answering, showPage } from "../testing/page.tsx";
import { SEGMENTS } from "../testing/segments.ts";
import { MembershipsTable } from "./MembershipsTable.tsx";

afterEach(() => vi.unstubAllGlobals());

const FOUND = {
  userId: "42",
  segments: [
    {
      segmentType: "plan",
      segmentValue: "pro",
      name: "Pro Users",
      addedAt: "2026-03-01T12:00:00Z",
      viaOverride: false,
    },
  ],
  overrides: [],
} as unknown as GetUserSegmentsResult;

test("who was removed can be taken back at once, by keyboard too", async () => {
  const calls = answering(({ method }) => (method === "getSegments" ? { segments: SEGMENTS } : { isMember: true }));
  const Page = () => <MembershipsTable person={{ id: "42", name: "Anna Smith" }} found={FOUND} />;
  const { user } = showPage(Page, "/", () => ({}), "/");
  await user.click(await screen.findByRole("button", { name: "Remove from Pro Users" }));
  const dialog = await screen.findByRole("dialog", { name: "Remove Anna Smith?" });
  await user.click(within(dialog).getByRole("button", { name: "Remove" }));
  await screen.findByText("Anna Smith was removed from Pro Users.");
  expect(document.activeElement?.textContent).toBe("Undo");
  await user.keyboard("{Enter}");
  await expect.poll(() => screen.queryByText("Anna Smith was removed from Pro Users.")).toBeNull();
  expect(calls.map(({ method }) => method).filter((method) => method !== "getSegments")).toEqual([
    "removeUserFromSegment",
    "restoreUserToSegment",
  ]);
});
