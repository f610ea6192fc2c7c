// What a message brought: the verdict, both groups, the difference and the lift.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { LiftAnswer } from "../../api/client.ts";
import { readLiftSearch } from "../../app/routes.ts";
import { FIELDS } from "../../testing/fields.ts";
import { answering, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { LiftPage } from "./LiftPage.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";
import { balanceText, pendingText, verdictText } from "./words.ts";

afterEach(() => vi.unstubAllGlobals());

const NOW = new Date(2026, 2, 31, 12);
const ANSWER: LiftAnswer = {
  segment: "lifecycle:inactive",
  goal: { purchase: {} },
  within: "14d",
  holdoutBuckets: [0, 9],
  treated: { part: 540, of: 9_000, percent: 6, low: 5.53, high: 6.51 },
  holdout: { part: 45, of: 1_000, percent: 4.5, low: 3.38, high: 5.97 },
  difference: { points: 1.5, low: -0.04, high: 2.73, isClear: false },
  lift: { percent: 33.33, low: -0.93, high: 79.44 },
  balance: { chiSquare: 0.222, unbalanced: false },
  entrants: { counted: 10_003, firstSeen: 0, definition: 0 },
  pending: 3,
  erased: 0,
  from: "2026-03-01T00:00:00Z",
  to: "2026-03-31T00:00:00Z",
  asOf: "2026-03-31T12:00:00Z",
  zone: "UTC",
  historyFrom: null,
  notes: [],
};
const UNBALANCED: LiftAnswer = {
  ...ANSWER,
  balance: { chiSquare: 21.778, unbalanced: true },
  notes: [{ kind: "unbalanced" }],
};

function show(answer: LiftAnswer, address = "/analytics/lift?segment=lifecycle:inactive") {
  const calls = answering(({ method }) => {
    if (method === "getSegments") return { segments: SEGMENTS };
    if (method === "getFields") return FIELDS;
    return method === "getGoals" ? { goals: [] } : answer;
  });
  const asked = () => calls.filter(({ method }) => method === "getSegmentLift").map(({ params }) => params);
  return { ...showPage(LiftPage, "/analytics/lift", readLiftSearch, address), asked };
}

test("both groups stand with part, whole and interval, the lift beside the difference", async () => {
  const { asked } = show(ANSWER, "/analytics/lift?segment=lifecycle:inactive&from=2026-03-01&to=2026-03-31");
  await screen.findByText("No clear difference: +1.5 points (0 to +2.7).");
  expect(screen.getAllByRole("listitem").map(({ textContent }) => textContent)).toEqual([
    "540 of 9,000 people (6%) who got the message bought within 14 days.",
    "45 of 1,000 people (4.5%) who were held out bought within 14 days.",
  ]);
  expect(cellsOf(screen.getByLabelText("Those who got the message and those held out")).slice(1)).toEqual([
    ["Got the message", "540 of 9,000 · 6%", "5.5–6.5%", ""],
    ["Held out", "45 of 1,000 · 4.5%", "3.4–6%", ""],
  ]);
  expect(cellsOf(screen.getByLabelText("Difference and lift")).slice(1)).toEqual([
    ["Difference", "+1.5 points (0 to +2.7)", "No clear difference"],
    ["Lift", "+33.3% (-0.9% to +79.4%)", "No clear difference"],
  ]);
  expect(asked()).toEqual([
    {
      segment: "lifecycle:inactive",
      holdout: [0, 9],
      goal: { purchase: {} },
      within: "14d",
      from: "2026-03-01",
      to: "2026-03-31",
    },
  ]);
});

test("the verdict says what is known", () => {
  const said = (changed: Partial<LiftAnswer>) => verdictText({ ...ANSWER, ...changed }, []);
  const clear = { points: 1.5, low: 0.3, high: 2.73, isClear: true };
  expect(said({ difference: clear })).toBe(
    "The message raised the share of those who bought: +1.5 points (+0.3 to +2.7).",
  );
  expect(said({ difference: { points: -1, low: -2, high: -0.5, isClear: true } })).toMatch(/^The message lowered/);
  expect(said({ difference: null })).toBe("Nothing to compare yet: in one of the groups, no one’s 14 days are over.");
  expect(said({ difference: null, entrants: { counted: 0, firstSeen: 0, definition: 0 } })).toBe(
    "No one joined in this range.",
  );
  expect(verdictText({ ...UNBALANCED, difference: clear }, [])).toMatch(/^Do not trust the difference/);
});

test("balance and who still has time are said", () => {
  expect(balanceText(ANSWER)).toBe("Balanced: the split fits a holdout of 10% (χ² is 0.22).");
  expect(balanceText(UNBALANCED)).toMatch(/^Unbalanced: the split does not fit a holdout of 10%\./);
  expect(pendingText(ANSWER)).toBe("3 people are still within the 14 days, and not counted yet.");
  expect(pendingText({ ...ANSWER, pending: 0 })).toBe("Everyone’s time is over.");
});

test("an unbalanced split is the first thing that is said", async () => {
  show(UNBALANCED);
  const note = await screen.findByRole("list", { name: "Notes" });
  const heading = screen.getByRole("heading", { name: "In short" });
  expect(note.compareDocumentPosition(heading) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
});

test("the percentage of few is gray", async () => {
  show({ ...ANSWER, holdout: { part: 1, of: 20, percent: 5, low: 0.89, high: 23.61 } });
  expect((await screen.findByText("(5%)")).className).toContain("quiet");
  expect(screen.getByText("(6%)").className).toBe("");
});

test("buckets are whole numbers in order, and the address has nothing that does not matter", () => {
  const draft = { ...draftOf({ segment: "plan:pro" }, NOW), event: "lesson" };
  expect(missingOf({ ...draft, first: "10", last: "9" })).toEqual({
    last: "Enter a number that is not below the first.",
  });
  expect(missingOf({ ...draft, first: "-1", last: "" })).toEqual({
    first: "Enter a whole number from 0 to 99.",
    last: "Enter a whole number from 0 to 99.",
  });
  expect(searchOf(draft)).not.toHaveProperty("event");
  expect(paramsOf({ ...draft, goal: "event", event: "" })).toBeUndefined();
  expect(paramsOf({ ...draft, goal: "g1" })).toMatchObject({ goalId: "g1", holdout: [0, 9] });
});
