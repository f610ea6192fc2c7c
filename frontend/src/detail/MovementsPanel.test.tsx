// Who joined and left, in a period, and as a file.
import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { readDetailSearch } from "../app/routes.ts";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { MovementsPanel } from "./MovementsPanel.tsx";

const LEFT = {
  userId: "42",
  email: "anna@example.org",
  firstName: "Anna",
  lastName: "Smith",
  at: "2026-03-10T12:00:00Z",
  movement: "left",
  cause: "run",
  runId: 7,
  actor: null,
};
const BY_HAND = { ...LEFT, userId: "43", firstName: "Bert", cause: "admin", runId: null, actor: "token:reporting" };
const NOW = Date.parse("2026-03-31T00:00:00Z");

function open(address = "/") {
  vi.spyOn(Date, "now").mockReturnValue(NOW);
  // What jsdom lacks.
  Object.assign(URL, { createObjectURL: () => "blob:", revokeObjectURL: () => {} });
  const calls = answering(({ method, params }) => {
    if (method === "exportSegmentMovements") return { csv: "a", filename: "left.csv", rowCount: 2, truncated: false };
    if (params.searchQuery === "zzz") return { movements: [], entered: 5, left: 2 };
    return params.cursor === null
      ? { movements: [LEFT], entered: 5, left: 2, nextCursor: "next" }
      : { movements: [BY_HAND], entered: 5, left: 2 };
  });
  const Page = () => <MovementsPanel segmentKey={{ segmentType: "plan", segmentValue: "pro" }} movement="left" />;
  return { ...showPage(Page, "/", readDetailSearch, address), calls };
}

test("those who left are listed with when and why, and every page covers the same period", async () => {
  const { user, calls } = open();
  const table = await screen.findByRole("table", { name: "Left" });
  expect(cellsOf(table)[1]?.[2]).toBe("Run 7");
  expect(screen.getByRole("heading", { name: "Left 2" })).toBeTruthy();
  vi.spyOn(Date, "now").mockReturnValue(NOW + 60_000);
  await user.click(screen.getByRole("button", { name: "Show more" }));
  await screen.findByText("By hand · reporting");
  const asked = { segmentType: "plan", segmentValue: "pro", movement: "left", searchQuery: null, limit: 20 };
  expect(calls.map(({ params }) => params)).toEqual([
    { ...asked, from: "2026-03-01T00:00:00.000Z", cursor: null },
    { ...asked, from: "2026-03-01T00:00:00.000Z", cursor: "next" },
  ]);
});

test("the header of the time turns the order around", async () => {
  const { user, calls } = open();
  const when = await screen.findByRole("columnheader", { name: "When" });
  expect(when.getAttribute("aria-sort")).toBe("descending");
  await user.click(screen.getByRole("button", { name: "When" }));
  await vi.waitFor(() => expect(calls.at(-1)?.params).toMatchObject({ direction: "asc", cursor: null }));
  await vi.waitFor(() =>
    expect(screen.getByRole("columnheader", { name: "When" }).getAttribute("aria-sort")).toBe("ascending"),
  );
});

test("the file has the period and the search of the list", async () => {
  const { user, calls } = open("/?days=7");
  await user.type(await screen.findByLabelText("Search by name, email or ID"), "zzz");
  await screen.findByText("No one matches “zzz”");
  await user.click(screen.getByRole("button", { name: "Export left" }));
  expect(calls.at(-1)).toEqual({
    method: "exportSegmentMovements",
    params: {
      segmentType: "plan",
      segmentValue: "pro",
      movement: "left",
      from: "2026-03-24T00:00:00.000Z",
      searchQuery: "zzz",
    },
  });
});
