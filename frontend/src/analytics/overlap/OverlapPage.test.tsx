import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { OverlapAnswer, PairOfSegments } from "../../api/client.ts";
import { readOverlapSearch } from "../../app/routes.ts";
import { type Answer, answering, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { OverlapPage } from "./OverlapPage.tsx";
import { sentencesOf } from "./words.ts";

afterEach(() => vi.unstubAllGlobals());

const SIZES: Record<string, number> = {
  "lifecycle:active": 3,
  "lifecycle:inactive": 2,
  "plan:pro": 2,
  "plan:free": 4,
};
const ids = Object.keys(SIZES);

function pair(a: string, b: string, both: number): PairOfSegments {
  const [ofA = 0, ofB = 0] = [SIZES[a], SIZES[b]];
  const ratio = (of: number) => ({ part: both, of, percent: Math.round((both / of) * 10_000) / 100 });
  return { a, b, both, jaccard: ratio(ofA + ofB - both), ofRow: ratio(ofA), ofColumn: ratio(ofB) };
}

const ANSWER: OverlapAnswer = {
  at: "2026-03-22T00:00:00Z",
  segments: ids.map((id) => ({ id, size: SIZES[id] ?? 0 })),
  pairs: [
    pair("lifecycle:active", "lifecycle:inactive", 0),
    pair("lifecycle:active", "plan:pro", 2),
    pair("lifecycle:active", "plan:free", 1),
    pair("lifecycle:inactive", "plan:pro", 0),
    pair("lifecycle:inactive", "plan:free", 2),
    pair("plan:pro", "plan:free", 0),
  ],
  contained: [
    { inner: "lifecycle:inactive", outer: "plan:free" },
    { inner: "plan:pro", outer: "lifecycle:active" },
  ],
  combinations: [
    { segments: ["lifecycle:active", "plan:pro"], users: 2 },
    { segments: ["lifecycle:inactive", "plan:free"], users: 2 },
    { segments: ["lifecycle:active", "plan:free"], users: 1 },
    { segments: ["plan:free"], users: 1 },
  ],
  restUsers: 0,
  restCombinations: 0,
  none: 0,
  population: 6,
  asOf: "2026-03-24T00:00:00Z",
  zone: "UTC",
  historyFrom: "2026-03-01T00:00:00Z",
  notes: [],
};

const ADDRESS = `/analytics/overlap?segments=${ids.join(",")}&at=2026-03-22T00:00:00Z`;

function show(address = ADDRESS, overlap: Answer = () => ANSWER) {
  const calls = answering((call) => (call.method === "getSegments" ? { segments: SEGMENTS } : overlap(call)));
  const asked = () => calls.filter(({ method }) => method === "getSegmentOverlap").map(({ params }) => params);
  return { ...showPage(OverlapPage, "/analytics/overlap", readOverlapSearch, address), calls, asked };
}

test("what stands out is said first", async () => {
  const { asked } = show();
  await screen.findByText("All 2 members of “Inactive Users” are in “Free Users”.");
  const said = screen.getAllByText(/^All 2|largest combination|in none/).map(({ textContent }) => textContent);
  expect(said).toEqual([
    "All 2 members of “Inactive Users” are in “Free Users”.",
    "All 2 members of “Pro Users” are in “Active Users”.",
    "2 of 6 people (33.3%) are in exactly “Active Users” and “Pro Users”, the largest combination.",
    "0 of 6 people (0%) are in none of these segments.",
  ]);
  expect(asked()).toEqual([{ segments: ids, at: "2026-03-22T00:00:00Z" }]);
});

test("the matrix has numbers and their share of the row, and headers that are headers", async () => {
  show();
  const table = await screen.findByRole("region", { name: "Overlap of each pair" });
  expect(cellsOf(table)).toEqual([
    ["Share of ↓ in →", "Active Users", "Inactive Users", "Pro Users", "Free Users"],
    ["Active Users3 members", "3100% of 3", "00% of 3", "266.7% of 3", "133.3% of 3"],
    ["Inactive Users2 members", "00% of 2", "2100% of 2", "00% of 2", "2100% of 2"],
    ["Pro Users2 members", "2100% of 2", "00% of 2", "2100% of 2", "00% of 2"],
    ["Free Users4 members", "125% of 4", "250% of 4", "00% of 4", "4100% of 4"],
  ]);
  expect(within(table).getAllByRole("columnheader")).toHaveLength(5);
  expect(within(table).getAllByRole("rowheader")).toHaveLength(4);
  expect(within(table).getByText("66.7% of 3").className).toBe("quiet");
});

test("combinations, the rest and none add up to everyone", async () => {
  show(ADDRESS, () => ({ ...ANSWER, restUsers: 1_000, restCombinations: 2, none: 4, population: 1_010 }));
  const rows = cellsOf(await screen.findByRole("region", { name: "People by the segments they are in" }));
  expect(rows.map(([name, people]) => [name, people])).toEqual([
    ["In exactly", "People"],
    ["Active Users + Pro Users", "2 of 1,010 · 0.2%"],
    ["Inactive Users + Free Users", "2 of 1,010 · 0.2%"],
    ["Active Users + Free Users", "1 of 1,010 · 0.1%"],
    ["Free Users", "1 of 1,010 · 0.1%"],
    ["2 other combinations", "1,000 of 1,010 · 99%"],
    ["None of them", "4 of 1,010 · 0.4%"],
    ["Everyone", "1,010"],
  ]);
});

test("the first combinations are shown, and all when asked", async () => {
  const combinations = Array.from({ length: 60 }, (_, place) => ({ segments: [`custom:${place}`], users: 1 }));
  const { user } = show(ADDRESS, () => ({ ...ANSWER, combinations, population: 60 }));
  const table = await screen.findByRole("region", { name: "People by the segments they are in" });
  expect(within(table).getByText("40 other combinations")).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Show 60 combinations" }));
  expect(cellsOf(table)).toHaveLength(63);
});

test("segments are found by name, and counted by the button", async () => {
  const { user, asked, search } = show("/analytics/overlap");
  await user.click(await screen.findByRole("button", { name: "Count" }));
  expect(screen.getByText("Choose at least 2 segments.")).toBeDefined();
  const field = screen.getByRole("combobox", { name: "Segments" });
  for (const name of ["Pro Users", "Free Users"]) {
    await user.click(field);
    await user.type(field, name);
    await user.click(await screen.findByRole("option", { name }));
  }
  await user.click(screen.getByRole("button", { name: "Count" }));
  await screen.findByRole("region", { name: "Overlap of each pair" });
  expect(asked()).toEqual([{ segments: ["plan:pro", "plan:free"] }]);
  expect(search().get("segments")).toBe("plan:pro,plan:free");
});

test("what is wrong with a segment is said at the field", async () => {
  show(ADDRESS, () => {
    throw { code: -32602, message: "", data: { faults: [{ path: "segments[1]", message: "names no segment" }] } };
  });
  expect(await screen.findByText("Names no segment.")).toBeDefined();
  expect(screen.getByRole("combobox", { name: "Segments" }).getAttribute("aria-invalid")).toBe("true");
});

test("each table is exported", async () => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:csv", revokeObjectURL: () => undefined }));
  const { user, calls } = show();
  for (const [what, table] of Object.entries({ sizes: "segments", pairs: "pairs", combinations: "combinations" })) {
    await user.click(await screen.findByRole("button", { name: `Export ${what}` }));
    await vi.waitFor(() =>
      expect(calls.at(-1)).toMatchObject({ method: "exportReport", params: { report: "getSegmentOverlap", table } }),
    );
  }
});

test("many contained pairs are counted", () => {
  const contained = Array.from({ length: 7 }, () => ({ inner: "plan:pro", outer: "lifecycle:active" }));
  const said = sentencesOf({ ...ANSWER, contained, combinations: [] }, []);
  expect(said.slice(5, 7).map(({ text }) => text)).toEqual([
    "2 more pairs are contained.",
    "No one is in more than one of these segments.",
  ]);
});
