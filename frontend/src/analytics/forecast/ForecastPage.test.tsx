// Forecasts: who joins and leaves if nobody does anything, and what usually happens.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { ForecastAnswer, GetSegmentResult } from "../../api/client.ts";
import { readForecastSearch } from "../../app/routes.ts";
import { answering, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { ForecastPage } from "./ForecastPage.tsx";
import { draftOf, missingOf, paramsOf } from "./question.ts";
import { certainText, checksOf, noForecastText, offText } from "./words.ts";

// Nothing has a width in jsdom.
vi.mock("@mantine/hooks", async (original) => ({
  ...(await original<object>()),
  useElementSize: () => ({ ref: { current: null }, width: 600 }),
}));
afterEach(() => vi.unstubAllGlobals());

const COMMON = { asOf: "2026-03-10T12:00:00Z", zone: "UTC", historyFrom: null, notes: [] };
const CERTAIN: ForecastAnswer = {
  ...COMMON,
  segment: "lifecycle:inactive",
  kind: "certain",
  size: 70,
  days: [
    { at: "2026-03-11T12:00:00Z", enter: 20, leave: 0, size: 90 },
    { at: "2026-03-12T12:00:00Z", enter: 214, leave: 1, size: 283 },
  ],
};
const checked = (day: number, forecast: number, actual: number) => ({
  origin: `2026-0${day > 9 ? 2 : 1}-${String(day).padStart(2, "0")}T12:00:00Z`,
  segments: [{ id: "lifecycle:inactive", forecast, actual }],
});
const USUAL: ForecastAnswer = {
  ...COMMON,
  segment: "lifecycle:inactive",
  kind: "usual",
  method: "recency",
  status: "shown",
  sizes: [
    { id: "lifecycle:active", size: 60 },
    { id: "lifecycle:inactive", size: 74 },
  ],
  band: { percent: 5, within: 4, of: 4 },
  backtest: [checked(24, 70, 70), checked(10, 72, 70), checked(9, 60, 64), checked(8, 0, 0)],
  wape: { method: 3.5, same: 4.4 },
};
const RULE = {
  definition: { combineWith: "AND", criteria: [{ field: "lastActivityAt", operator: "not_within_last", value: "7d" }] },
} as unknown as GetSegmentResult;

function show(address: string, answer: ForecastAnswer) {
  const calls = answering(({ method, params }) => {
    switch (method) {
      case "getSegments":
        return { segments: SEGMENTS.map((segment) => ({ ...segment, userCount: 70 })) };
      case "getSegment":
        return RULE;
      case "getForecastUsers":
        return { users: [{ userId: params.cursor ?? "42", changesAt: "2026-03-11T09:30:00Z" }], nextCursor: null };
      default:
        return answer;
    }
  });
  const sent = (wanted: string) => calls.filter(({ method }) => method === wanted).map(({ params }) => params);
  return { ...showPage(ForecastPage, "/analytics/forecast", readForecastSearch, address), sent };
}

test("what happens if nobody does anything is said, day by day, and who it is", async () => {
  const { user, sent, search } = show("/analytics/forecast?days=3", CERTAIN);
  await screen.findByText("If nobody does anything, 214 people become inactive within 2 days.");
  await screen.findByText("If nobody does anything, 1 person leaves “Inactive Users” within 2 days.");
  expect(cellsOf(screen.getByLabelText("Members by day"))).toEqual([
    ["By", "Joined", "Left", "Members"],
    ["Now", "", "", "70"],
    ["Mar 11", "20", "0", "90"],
    ["Mar 12", "214", "1", "283"],
  ]);
  expect(screen.getByLabelText("Size of Inactive Users in the next 2 days: from 70 to 283")).toBeDefined();
  expect(sent("getSegmentForecast")).toEqual([{ segment: "lifecycle:inactive", kind: "certain", days: 3 }]);

  await user.click(screen.getByRole("button", { name: "List those who join" }));
  const heading = await screen.findByRole("heading", { name: "214 people become inactive" });
  expect(document.activeElement).toBe(heading);
  expect((await screen.findByRole("link", { name: "42" })).getAttribute("href")).toBe("/people/42");
  expect(sent("getForecastUsers")).toEqual([
    { segment: "lifecycle:inactive", change: "enter", day: 2, limit: 100, cursor: null },
  ]);
  expect(search().get("who")).toBe("enter");
});

test("a segment is made of those who join, where a definition can say who they are", async () => {
  show("/analytics/forecast", CERTAIN);
  const link = await screen.findByLabelText("Make a segment of those who join");
  expect(link.getAttribute("href")).toBe("/segments/new?enters=lifecycle%3Ainactive&days=2");
});

test("those who leave are exported", async () => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:csv", revokeObjectURL: () => undefined }));
  const { user, sent } = show("/analytics/forecast", CERTAIN);
  await user.click(await screen.findByLabelText("Export those who leave"));
  await vi.waitFor(() =>
    expect(sent("exportReport")).toEqual([
      {
        report: "getForecastUsers",
        params: { segment: "lifecycle:inactive", change: "leave", day: 2, limit: 1_000 },
        table: "users",
      },
    ]),
  );
});

test("what usually happens stands with its band, and with what came of earlier forecasts", async () => {
  show("/analytics/forecast?kind=usual", USUAL);
  await screen.findByText(
    "Inactive Users usually has about 74 members in 7 days. 4 of 4 earlier forecasts were within 5%.",
  );
  expect(cellsOf(screen.getByLabelText("Expected sizes")).slice(1)).toEqual([
    ["Active Users", "70", "60", "-10"],
    ["Inactive Users", "70", "74", "+4"],
  ]);
  expect(screen.getByRole("heading", { name: "Last 4 times" })).toBeDefined();
  expect(cellsOf(screen.getByLabelText("Earlier forecasts")).slice(1)).toEqual([
    ["Jan 15, 2026", "0", "0", "0"],
    ["Jan 16, 2026", "60", "64", "-4 (-6.3%)"],
    ["Feb 17, 2026", "72", "70", "+2 (+2.9%)"],
    ["Mar 3, 2026", "70", "70", "0 (0%)"],
    ["Mar 17, 2026", "74", "—", "—"],
  ]);
  const chart = screen.getByLabelText("Forecasts of Inactive Users, and what came of them, 5 times");
  expect(chart.querySelectorAll("[data-band]")).toHaveLength(1);
  expect(chart.querySelectorAll("circle"), "what is not known yet has no dot").toHaveLength(4);
});

test.each<[string, Partial<ForecastAnswer>]>([
  [
    "No better than today: sizes that stay the same are about as good a forecast. Earlier forecasts put 4.6% of members in the wrong place; sizes that stay the same, 4.4%.",
    { status: "noBetterThanToday", wape: { method: 4.6, same: 4.4 } },
  ],
  [
    "Not enough history: a forecast needs at least 4 earlier ones to be checked by, and there are 0.",
    { status: "notEnoughHistory", sizes: [], backtest: [], band: null, wape: { method: null, same: null } },
  ],
])("it is said plainly: %s", async (text, changed) => {
  const answer = { ...USUAL, ...changed };
  expect(noForecastText(answer)).toBe(text);
  show("/analytics/forecast?kind=usual", answer);
  await screen.findByText(text);
  expect(screen.queryByLabelText("Expected sizes")).toBeNull();
  expect(
    checksOf(answer, 7).every(({ actual }) => actual !== undefined),
    "no forecast of now",
  ).toBe(true);
});

test("no one, one and many, states and names", () => {
  const named = [{ id: "plan:pro", name: "Pro Users" }];
  expect(certainText("enter", 1, 1, "lifecycle:churned", named)).toBe(
    "If nobody does anything, 1 person becomes churned within 1 day.",
  );
  expect(certainText("leave", 0, 3, "plan:pro", named)).toBe(
    "If nobody does anything, no one leaves “Pro Users” within 3 days.",
  );
  expect(certainText("enter", 2, 7, "plan:pro", named)).toBe(
    "If nobody does anything, 2 people join “Pro Users” within 7 days.",
  );
  expect(offText({ forecast: 1_100, actual: 1_000 })).toBe("+100 (+10%)");
});

test("what is not in the address is as usual, and a segment is needed", () => {
  expect(paramsOf(draftOf({ days: "1000", kind: "often" }))).toEqual({
    segment: "lifecycle:inactive",
    kind: "certain",
    days: 7,
  });
  expect(missingOf(draftOf({ segment: "" }))).toEqual({ segment: "Choose a segment." });
});
