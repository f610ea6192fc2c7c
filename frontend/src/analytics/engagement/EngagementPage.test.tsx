import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { EngagementAnswer, EngagementOfPeriod } from "../../api/client.ts";
import { readEngagementSearch } from "../../app/routes.ts";
import { type Answer, answering, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { EngagementPage } from "./EngagementPage.tsx";
import { draftOf, missingOf, paramsOf } from "./question.ts";
import { SegmentEngagement } from "./SegmentEngagement.tsx";
import { sentencesOf } from "./words.ts";

// Nothing has a width in jsdom.
vi.mock("@mantine/hooks", async (original) => ({
  ...(await original<object>()),
  useElementSize: () => ({ ref: { current: null }, width: 600 }),
}));
afterEach(() => vi.unstubAllGlobals());

const WEEK: EngagementOfPeriod = {
  start: "2026-03-09T00:00:00Z",
  complete: true,
  members: 4,
  activeMembers: { part: 2, of: 4, percent: 50, low: 15, high: 85 },
  quizzes: 6,
  perMember: 1.5,
  perActive: 3,
  stickiness: { part: 5, of: 14, percent: 35.71 },
};
const UNKNOWN: EngagementOfPeriod = {
  ...WEEK,
  start: "2026-02-23T00:00:00Z",
  members: null,
  activeMembers: null,
  quizzes: null,
  perMember: null,
  perActive: null,
  stickiness: null,
};
const SO_FAR: EngagementOfPeriod = { ...WEEK, start: "2026-03-23T00:00:00Z", complete: false, stickiness: null };

/** A week is not known, two are over, and one is not. */
const ANSWER: EngagementAnswer = {
  activity: ["quizzes", "events", "seen"],
  segments: [
    {
      id: "lifecycle:active",
      periods: [
        UNKNOWN,
        WEEK,
        {
          ...WEEK,
          start: "2026-03-16T00:00:00Z",
          members: 3,
          activeMembers: { part: 1, of: 3, percent: 33.33, low: 6.15, high: 79.23 },
          quizzes: 1,
          perMember: 0.33,
          perActive: 1,
          stickiness: { part: 1, of: 7, percent: 14.29 },
        },
        SO_FAR,
      ],
    },
  ],
  from: "2026-02-23T00:00:00Z",
  to: "2026-03-24T00:00:00Z",
  asOf: "2026-03-24T00:00:00Z",
  zone: "UTC",
  historyFrom: "2026-03-01T00:00:00Z",
  notes: [],
};

const ADDRESS = "/analytics/engagement?from=2026-02-23&to=2026-03-24";

function show(address = ADDRESS, engagement: Answer = () => ANSWER) {
  const calls = answering((call) => (call.method === "getSegments" ? { segments: SEGMENTS } : engagement(call)));
  const asked = () => calls.filter(({ method }) => method === "getSegmentEngagement").map(({ params }) => params);
  return { ...showPage(EngagementPage, "/analytics/engagement", readEngagementSearch, address), calls, asked };
}

test("the table has all figures, a dash where nothing is known", async () => {
  const { asked } = show();
  const table = await screen.findByLabelText("Active Users by week");
  expect(cellsOf(table)).toEqual([
    [
      "Week of",
      "Members",
      "Active",
      "95% interval",
      "Quizzes",
      "For each member",
      "For each active one",
      "Active days",
    ],
    ["Feb 23, 2026", "—", "—", "—", "—", "—", "—", "—"],
    ["Mar 9, 2026", "4", "2 of 4 · 50%", "15–85%", "6", "1.5", "3", "5 of 14 · 35.7%"],
    ["Mar 16, 2026", "3", "1 of 3 · 33.3%", "6–79%", "1", "0.33", "1", "1 of 7 · 14.3%"],
    ["Mar 23, 2026 so far", "4", "2 of 4 · 50%", "15–85%", "6", "1.5", "3", "—"],
  ]);
  expect(within(table).getAllByRole("rowheader")).toHaveLength(4);
  expect(asked()).toEqual([
    {
      segments: ["lifecycle:active"],
      activity: ["quizzes", "events", "seen"],
      from: "2026-02-23",
      to: "2026-03-24",
      by: "week",
    },
  ]);
});

test("no solid line and no band joins a period that is not over", async () => {
  show();
  const chart = await screen.findByLabelText("Active members of Active Users by week, in 4 weeks");
  const lines = [...chart.querySelectorAll("line[data-complete]")].map((line) => line.getAttribute("data-complete"));
  expect(lines).toEqual(["true", "false"]);
  expect(chart.querySelectorAll("[data-band]")).toHaveLength(1);
  expect(chart.querySelectorAll("circle")).toHaveLength(3);
});

test("of each segment, its last period that is over is said", () => {
  const named = [{ id: "lifecycle:active", name: "Active Users" }];
  expect(sentencesOf(ANSWER, "week", named)).toEqual([
    {
      rate: ANSWER.segments[0]?.periods[2]?.activeMembers,
      noun: "members",
      text: "of “Active Users” was active in the week from Mar 16, 2026.",
    },
  ]);
  const segments = [{ id: "lifecycle:active", periods: [UNKNOWN, SO_FAR] }];
  expect(sentencesOf({ ...ANSWER, segments }, "week", named)).toEqual([
    { text: "No week of “Active Users” is known and over." },
  ]);
});

test("another activity is counted by the button", async () => {
  const { user, asked, search } = show();
  await screen.findByLabelText("Active Users by week");
  await user.selectOptions(screen.getByLabelText("Activity"), "Quizzes or events");
  await user.click(screen.getByText("Count"));
  await vi.waitFor(() => expect(asked().at(-1)).toMatchObject({ activity: ["quizzes", "events"] }));
  expect(search().get("activity")).toBe("quizzes,events");
});

test("what is no activity is dropped, and a segment is needed", () => {
  const now = new Date(2026, 2, 22);
  expect(paramsOf(draftOf({ activity: "seen,opens" }, now))).toMatchObject({ activity: ["seen"] });
  expect(paramsOf(draftOf({ activity: "opens" }, now))).toMatchObject({ activity: ["quizzes", "events", "seen"] });
  expect(missingOf({ ...draftOf({}, now), segments: "" })).toEqual({ segments: "Choose a segment." });
});

test("the table is exported", async () => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:csv", revokeObjectURL: () => undefined }));
  const { user, calls } = show();
  await user.click(await screen.findByLabelText("Export periods"));
  await vi.waitFor(() =>
    expect(calls.at(-1)).toMatchObject({
      method: "exportReport",
      params: { report: "getSegmentEngagement", table: "periods" },
    }),
  );
});

test("on the page of a segment, no segments are asked for, and the address has none", async () => {
  const calls = answering(({ method }) => (method === "getSegments" ? { segments: SEGMENTS } : ANSWER));
  const { user, search } = showPage(
    () => <SegmentEngagement segment="lifecycle:active" />,
    "/segments",
    readEngagementSearch,
    "/segments",
  );
  await screen.findByLabelText("Active Users by week");
  expect(screen.queryByLabelText("Segments")).toBeNull();
  await user.selectOptions(screen.getByLabelText("By"), "Month");
  await user.click(screen.getByText("Count"));
  await vi.waitFor(() =>
    expect(calls.filter(({ method }) => method === "getSegmentEngagement").at(-1)?.params).toMatchObject({
      segments: ["lifecycle:active"],
      by: "month",
    }),
  );
  expect([...search().keys()]).not.toContain("segments");
});
