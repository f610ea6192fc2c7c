// Two segments side by side: rates with part and whole, their difference, figures, and money by currency.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { CompareSegmentsAnswer } from "../../api/client.ts";
import { readComparisonSearch } from "../../app/routes.ts";
import { FIELDS } from "../../testing/fields.ts";
import { answering, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { ComparisonPage } from "./ComparisonPage.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";
import { commonText, sentencesOf } from "./words.ts";

afterEach(() => vi.unstubAllGlobals());

const NOW = new Date(2026, 2, 31, 12);
const ANSWER: CompareSegmentsAnswer = {
  a: "plan:pro",
  b: "plan:free",
  activity: ["quizzes", "events", "seen"],
  goal: { purchase: {} },
  within: "14d",
  sizeAtStart: { a: 100, b: 1_000 },
  size: { a: 120, b: null },
  entered: { a: 30, b: 200 },
  left: { a: 10, b: 100 },
  quizzesPerMember: { a: 2.35, b: null },
  activeMembers: {
    a: { part: 70, of: 100, percent: 70, low: 60.42, high: 78.11 },
    b: { part: 300, of: 1_000, percent: 30, low: 27.24, high: 32.91 },
    difference: { points: 40, low: 29.98, high: 48.41, isClear: true },
    inBoth: 0,
  },
  conversion: {
    a: { part: 1, of: 20, percent: 5, low: 0.89, high: 23.61 },
    b: { part: 0, of: 0, percent: null, low: null, high: null },
    difference: null,
    inBoth: 0,
  },
  netPerMember: { a: [{ currency: "EUR", netMinor: 4_800, perMemberMinor: 48 }], b: [] },
  inBoth: 1,
  both: 2,
  from: "2026-03-01T00:00:00Z",
  to: "2026-03-31T00:00:00Z",
  asOf: "2026-03-31T12:00:00Z",
  zone: "UTC",
  historyFrom: null,
  notes: [],
};

function show(address: string) {
  const calls = answering(({ method }) => {
    if (method === "getSegments") return { segments: SEGMENTS };
    if (method === "getFields") return FIELDS;
    return method === "getGoals" ? { goals: [] } : ANSWER;
  });
  const asked = () => calls.filter(({ method }) => method === "compareSegments").map(({ params }) => params);
  return { ...showPage(ComparisonPage, "/analytics/compare", readComparisonSearch, address), asked };
}

test("no rate stands without its part, whole and interval, and differences say whether they are clear", async () => {
  const { asked } = show("/analytics/compare?a=plan:pro&b=plan:free&from=2026-03-01&to=2026-03-31");
  expect(cellsOf(await screen.findByLabelText("Rates of both segments"))).toEqual([
    ["What", "Pro Users", "Free Users", "Difference (95% interval)", "Is it clear?", "0 to 100%"],
    [
      "Active members",
      "70 of 100 · 70% (60–78%)",
      "300 of 1,000 · 30% (27.2–32.9%)",
      "+40 points (+30 to +48.4)",
      "Clear difference",
      "",
    ],
    ["Bought within 14 days of joining", "1 of 20 · 5% (1–24%)", "—", "—", "", ""],
  ]);
  expect(cellsOf(screen.getByLabelText("Figures of both segments")).slice(1)).toEqual([
    ["Members at the start", "100", "1,000"],
    ["Joined", "30", "200"],
    ["Left", "10", "100"],
    ["Members at the end", "120", "—"],
    ["Completed quizzes per member", "2.35 (100 members)", "—"],
  ]);
  expect(cellsOf(screen.getByLabelText("Money of both segments"))).toEqual([
    ["Segment", "Currency", "Net of refunds", "Average per member"],
    ["Pro Users", "EUR", "48.00", "0.48"],
  ]);
  expect(asked()).toEqual([
    {
      a: "plan:pro",
      b: "plan:free",
      activity: ["quizzes", "events", "seen"],
      goal: { purchase: {} },
      within: "14d",
      from: "2026-03-01",
      to: "2026-03-31",
    },
  ]);
});

test("beside the numbers, rates are dots with their intervals, filled and hollow", async () => {
  show("/analytics/compare?a=plan:pro&b=plan:free&from=2026-03-01&to=2026-03-31");
  const both = await screen.findByRole("img", {
    name: "Pro Users: 70 of 100, 70%, 95% interval 60–78%; Free Users: 300 of 1,000, 30%, 95% interval 27.2–32.9%",
  });
  const placesOf = (plot: HTMLElement) =>
    [...plot.querySelectorAll("[data-rate]")].map((rate) => {
      const [band, dot] = [rate.querySelector("rect"), rate.querySelector("circle")];
      return [
        rate.getAttribute("data-rate"),
        ...["x", "width"].map((name) => band?.getAttribute(name)),
        dot?.getAttribute("cx"),
      ];
    });
  expect(placesOf(both)).toEqual([
    ["a", "60.42%", `${78.11 - 60.42}%`, "70%"],
    ["b", "27.24%", `${32.91 - 27.24}%`, "30%"],
  ]);
  // Nobody joined the second one.
  const one = screen.getByRole("img", { name: "Pro Users: 1 of 20, 5%, 95% interval 1–24%" });
  expect(placesOf(one).map(([which]) => which)).toEqual(["a"]);
  expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual(
    expect.arrayContaining(["Pro Users", "Free Users"]),
  );
});

test("what is clear is said in a sentence, and so is what cannot be compared", () => {
  expect(sentencesOf(ANSWER, SEGMENTS).map(({ text }) => text)).toEqual([
    "Active members: a larger share of “Pro Users” than of “Free Users”, +40 points (+30 to +48.4).",
    "Bought within 14 days of joining: nothing to compare.",
  ]);
  const difference = { points: -1, low: -4, high: 2, isClear: false };
  const activeMembers = { ...ANSWER.activeMembers, difference };
  expect(sentencesOf({ ...ANSWER, activeMembers, conversion: null }, SEGMENTS)).toEqual([
    { text: "Active members: no clear difference, -1 point (-4 to +2)." },
  ]);
  expect(commonText(ANSWER)).toBe(
    "1 person was in both when the range began, and 2 people were when it ended. Differences leave out people of both.",
  );
});

test("nothing is asked before there are two segments", async () => {
  const { user, asked } = show("/analytics/compare?a=plan:pro");
  await screen.findByText("Choose two segments");
  await user.click(screen.getByRole("button", { name: "Count" }));
  expect(screen.getByText("Choose a segment.")).toBeTruthy();
  expect(asked()).toEqual([]);
});

test("a segment is not compared with itself, and the address has nothing that does not matter", () => {
  const draft = { ...draftOf({ a: "plan:pro", b: "plan:pro" }, NOW), event: "lesson" };
  expect(missingOf(draft)).toEqual({ b: "Choose another segment." });
  expect(paramsOf(draft)).toBeUndefined();
  expect(searchOf(draft)).not.toHaveProperty("event");
  expect(paramsOf({ ...draft, b: "plan:free", activity: "events", goal: "g1" })).toMatchObject({
    activity: ["events"],
    goalId: "g1",
  });
});
