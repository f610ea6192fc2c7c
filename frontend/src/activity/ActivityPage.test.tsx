// The audit log with its filters, which the server applies.
import { fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { readActivitySearch } from "../app/routes.ts";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { SEGMENTS } from "../testing/segments.ts";
import { ActivityPage } from "./ActivityPage.tsx";

afterEach(() => vi.unstubAllGlobals());

const ENTRY = {
  at: "2026-03-10T12:00:00Z",
  actor: "token:anna",
  action: "removeUserFromSegment",
  target: "segment plan:pro, user 42",
  detail: { reason: "asked for it" },
  requestId: null,
};

test("filters stand in the address, and the server is asked for what they leave", async () => {
  const calls = answering(({ method, params }) => {
    if (method === "getSegments") return { segments: SEGMENTS };
    return { entries: params.userId === "7" ? [] : [{ ...ENTRY, id: 1 }] };
  });
  const asked = () => calls.filter(({ method }) => method === "getAuditLog").at(-1)?.params;
  const { user, search } = showPage(ActivityPage, "/activity", readActivitySearch, "/activity?segment=plan:pro");
  const table = await screen.findByRole("table", { name: "Activity" });
  expect(cellsOf(table)[1]?.slice(1)).toEqual([
    "anna",
    "Removed from a segment",
    "Pro Users, user 42",
    "Reason: asked for it",
  ]);
  await user.selectOptions(screen.getByLabelText("Who"), "token:anna");
  fireEvent.change(screen.getByLabelText("User ID"), { target: { value: " 7" } });
  fireEvent.keyDown(screen.getByLabelText("User ID"), { key: "Enter" });
  await screen.findByText("Nothing found");
  expect(asked()).toMatchObject({ actor: "token:anna", segment: "plan:pro", userId: "7" });
  expect(search().toString()).toBe("segment=plan%3Apro&who=token%3Aanna&user=7");
});
