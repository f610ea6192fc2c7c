import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { ConversionAnswer } from "../../api/client.ts";
import { readConversionSearch } from "../../app/routes.ts";
import { FIELDS } from "../../testing/fields.ts";
import { type Answer, answering, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { ConversionPage } from "./ConversionPage.tsx";

// Nothing has a width in jsdom.
vi.mock("@mantine/hooks", async (original) => ({
  ...(await original<object>()),
  useElementSize: () => ({ ref: { current: null }, width: 600 }),
}));
afterEach(() => vi.unstubAllGlobals());

/** As in docs/reports.md. */
const ANSWER: ConversionAnswer = {
  segment: "lifecycle:inactive",
  goal: { purchase: {} },
  within: "7d",
  per: "user",
  entries: "counted",
  entrants: { counted: 3, firstSeen: 1, definition: 0 },
  conversion: { part: 1, of: 2, percent: 50, low: 9.45, high: 90.55 },
  pending: 1,
  pendingConverted: 0,
  curve: [0, 0, 1, 1, 1, 1, 1, 1],
  timeToConvert: { lowerSeconds: 86_400, medianSeconds: 129_600, upperSeconds: 129_600 },
  byPeriod: [
    period("2026-03-02T00:00:00Z", true, 1, [1, 1, 100, 20.65, 100], 0),
    period("2026-03-09T00:00:00Z", true, 0, [0, 0, null, null, null], 0),
    period("2026-03-16T00:00:00Z", false, 2, [0, 1, 0, 0, 79.35], 1),
  ],
  revenueWithin: [{ currency: "EUR", minor: -2_000, perEntrantMinor: -1_000 }],
  before: { pairs: 2, beforeOnly: 1, afterOnly: 1, difference: { points: 0, low: -100, high: 100, isClear: false } },
  others: {
    conversion: { part: 48, of: 80, percent: 60, low: 49.04, high: 70.02 },
    difference: { points: 20, low: 5.24, high: 33.39, isClear: true },
  },
  observational: true,
  erased: 0,
  from: "2026-03-02T00:00:00Z",
  to: "2026-03-22T00:00:00Z",
  asOf: "2026-03-24T00:00:00Z",
  zone: "UTC",
  historyFrom: "2026-03-01T00:00:00Z",
  notes: [
    { kind: "definitionChanged", segment: "lifecycle:inactive", at: "2026-03-05T00:00:00Z", version: 2 },
    { kind: "erasedUsers", count: 1 },
  ],
};

function period(
  start: string,
  complete: boolean,
  entered: number,
  [part, of, percent, low, high]: [number, number, number | null, number | null, number | null],
  pending: number,
) {
  return { start, complete, entered, conversion: { part, of, percent, low, high }, pending };
}

const ADDRESS = "/analytics/conversion?segment=lifecycle:inactive&within=7d&from=2026-03-02&to=2026-03-22";

function show(address = ADDRESS, conversion: Answer = () => ANSWER) {
  const calls = answering((call) => {
    if (call.method === "getSegments") return { segments: SEGMENTS };
    if (call.method === "getFields") return FIELDS;
    if (call.method === "getGoals") return { goals: [] };
    return conversion(call);
  });
  const asked = () => calls.filter(({ method }) => method === "getSegmentConversion").map(({ params }) => params);
  return { ...showPage(ConversionPage, "/analytics/conversion", readConversionSearch, address), calls, asked };
}

const sentence = () => screen.findByText(/within 7 days/, { selector: "p" });

test("one sentence says it first, the numbers before the gray percentage", async () => {
  const { asked } = show();
  expect((await sentence()).textContent).toBe(
    "1 of 2 who became inactive bought within 7 days (50%; 9–91%); 1 is still within the 7 days.",
  );
  expect(screen.getByText("(50%; 9–91%)").className).toBe("quiet");
  expect(screen.getByRole("img", { name: "1 of 2, 50%, 95% interval 9–91%" })).toBeDefined();
  expect(
    screen.getByText(/^3 people joined from Mar 2, 2026 until before Mar 22, 2026, in UTC\. Not counted: 1 long/),
  ).toBeDefined();
  expect(asked()).toEqual([
    {
      segment: "lifecycle:inactive",
      goal: { purchase: {} },
      within: "7d",
      from: "2026-03-02",
      to: "2026-03-22",
      by: "week",
    },
  ]);
});

test("periods have their rates, and one that has not ended is marked and hatched", async () => {
  show();
  const table = await screen.findByRole("region", { name: "Rates by period" });
  expect(cellsOf(table).map((row) => row.slice(0, 5))).toEqual([
    ["Week of", "Joined", "Reached the goal", "95% interval", "Still within time"],
    ["Mar 2, 2026", "1", "1 of 1 · 100%", "21–100%", "0"],
    ["Mar 9, 2026", "0", "—", "—", "0"],
    ["Mar 16, 2026 so far", "2", "0 of 1 · 0%", "0–79%", "1"],
  ]);
  expect(within(table).getAllByRole("rowheader")).toHaveLength(3);
  expect(table.querySelectorAll("[data-look=hatched]")).toHaveLength(1);
});

test("the curve and its table have the same numbers", async () => {
  show();
  expect(await screen.findByRole("img", { name: "Reached the goal after 7 days: 1 of 2" })).toBeDefined();
  const rows = cellsOf(screen.getByRole("region", { name: "Reached the goal, by day" })).slice(1);
  expect(rows.map(([day]) => day)).toEqual(["0", "1", "2", "3", "4", "5", "6", "7"]);
  expect([rows[1], rows[2]]).toEqual([
    ["1", "0 of 2 · 0%"],
    ["2", "1 of 2 · 50%"],
  ]);
  expect(screen.getByText(/^Of those who did, half took at most 1\.5 days/)).toBeDefined();
});

test("comparisons say whether the difference is clear", async () => {
  show();
  const rows = cellsOf(await screen.findByRole("region", { name: "Comparisons" }));
  expect(rows.slice(2)).toEqual([
    [
      "The same people, in the 7 days before",
      "Of 2 people who were there then, 1 only before and 1 only after",
      "0 points (-100 to +100)",
      "No clear difference",
    ],
    ["Everybody else, at the same times", "48 of 80 · 60% (49–70%)", "+20 points (+5.2 to +33.4)", "Clear difference"],
  ]);
});

test("revenue is in major units, and notes are plain words", async () => {
  show();
  const rows = cellsOf(await screen.findByRole("region", { name: "Revenue by currency" }));
  expect(rows).toEqual([
    ["Currency", "Net of refunds", "For each of 2"],
    ["EUR", "-20.00", "-10.00"],
  ]);
  const notes = within(screen.getByRole("list", { name: "Notes" }));
  expect(notes.getByText(/^The definition of “Inactive Users” changed on .* \(version 2\)/)).toBeDefined();
  expect(notes.getByText("1 person is left out: their data was erased.")).toBeDefined();
});

test("what is chosen is counted by the button, and stands in the address", async () => {
  const { user, search, asked } = show();
  await sentence();
  await user.selectOptions(screen.getByLabelText("Goal"), "An event");
  await user.click(screen.getByRole("button", { name: "Count" }));
  expect(screen.getByText("Enter the name of an event.")).toBeDefined();
  await user.type(screen.getByLabelText("Event name"), "lesson");
  await user.selectOptions(screen.getByLabelText("Rates by"), "Month");
  await user.click(screen.getByRole("button", { name: "Count" }));
  await vi.waitFor(() => expect(asked()).toHaveLength(2));
  expect(asked()[1]).toMatchObject({ goal: { event: "lesson" }, by: "month" });
  expect(Object.fromEntries(search())).toMatchObject({ goal: "event", event: "lesson", by: "month", within: "7d" });
});

test.each<[string, string, object]>([
  ["a quiz", "goal=quiz&provider=aws", { quiz: { provider: "aws" } }],
  ["any quiz", "goal=quiz", { quiz: {} }],
  ["another segment", "goal=enter&enter=plan:pro", { enter: "plan:pro" }],
])("%s is a goal", async (_, goal, expected) => {
  const { asked } = show(`${ADDRESS}&${goal}`);
  await sentence();
  expect(asked()[0].goal).toEqual(expected);
});

test("without a segment, nothing is asked", async () => {
  const { asked, user } = show("/analytics/conversion");
  expect(await screen.findByText("Choose a segment and a goal")).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Count" }));
  expect(await screen.findByText("Choose a segment.")).toBeDefined();
  expect(asked()).toEqual([]);
});

test("counting says what is counted, can be stopped, and goes on when asked", async () => {
  let answer: Answer = () => new Promise(() => undefined);
  const { user } = show(ADDRESS, (call) => answer(call));
  expect(await screen.findByText("Counting who became inactive and bought within 7 days…")).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Stop" }));
  expect(await screen.findByText("Stopped. Nothing was counted.")).toBeDefined();
  answer = () => ANSWER;
  await user.click(screen.getByRole("button", { name: "Count again" }));
  expect(await sentence()).toBeDefined();
});

test("what is wrong is said at its field", async () => {
  const faults = [
    { path: "within", message: "expected a span up to 90d, such as 14d or 12h" },
    { path: "from", message: "expected an instant before to" },
  ];
  show(ADDRESS, () => {
    throw { code: -32602, message: "Invalid params", data: { faults } };
  });
  expect(await screen.findByText("Check the fields above.")).toBeDefined();
  expect(screen.getByText("Expected an instant before to.")).toBeDefined();
  expect(screen.getByLabelText("Joined from").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText(/^Expected a span up to 90d/)).toBeDefined();
});

test("a report that takes too long says what to do", async () => {
  show(ADDRESS, () => {
    throw { code: -32054, message: "Too long" };
  });
  expect((await screen.findByRole("alert")).textContent).toMatch(/Counting takes too long.*shorter range/);
});

test("each table is exported with the params of the page", async () => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:csv", revokeObjectURL: () => undefined }));
  const { user, calls } = show();
  for (const [what, table] of Object.entries({
    totals: "total",
    "rates by week": "byPeriod",
    curve: "curve",
    revenue: "revenueWithin",
  })) {
    await user.click(await screen.findByRole("button", { name: `Export ${what}` }));
    await vi.waitFor(() =>
      expect(calls.at(-1)).toMatchObject({
        method: "exportReport",
        params: { report: "getSegmentConversion", table, params: { segment: "lifecycle:inactive", by: "week" } },
      }),
    );
  }
});
