import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { CohortCell, CohortsAnswer, Rate } from "../../api/client.ts";
import { readCohortsSearch } from "../../app/routes.ts";
import { FIELDS } from "../../testing/fields.ts";
import { type Answer, answering, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { CohortsPage } from "./CohortsPage.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";
import { sentencesOf } from "./words.ts";

// Nothing has a width in jsdom.
vi.mock("@mantine/hooks", async (original) => ({
  ...(await original<object>()),
  useElementSize: () => ({ ref: { current: null }, width: 600 }),
}));
afterEach(() => vi.unstubAllGlobals());

function rate(part: number, of: number): Rate {
  return { part, of, percent: (part / of) * 100, low: 20, high: 80 };
}

function cell(part: number, complete = true, revenue?: [net: number, cumulated: number]): CohortCell {
  const [netMinor, cumulatedMinor] = revenue ?? [];
  return {
    complete,
    retained: rate(part, 1),
    ...(netMinor !== undefined &&
      cumulatedMinor !== undefined && {
        revenue: [{ currency: "EUR", netMinor, cumulatedMinor, perUserMinor: cumulatedMinor }],
      }),
  };
}

/** Who bought in which week after registering. */
const ANSWER: CohortsAnswer = {
  start: "registered",
  measure: "purchase",
  by: "week",
  clock: "calendar",
  mode: "on",
  activity: ["quizzes", "events", "seen"],
  cohorts: [
    { start: "2026-03-02T00:00:00Z", size: 1, cells: [cell(0), cell(1), cell(0), cell(0, false)] },
    { start: "2026-03-09T00:00:00Z", size: 1, cells: [cell(1), cell(0), cell(0, false), null] },
  ],
  pooled: [rate(1, 2), rate(1, 2), rate(0, 1), null],
  erased: 0,
  from: "2026-03-02T00:00:00Z",
  to: "2026-03-16T00:00:00Z",
  asOf: "2026-03-24T00:00:00Z",
  zone: "UTC",
  historyFrom: "2026-03-01T00:00:00Z",
  notes: [],
};

const ADDRESS = "/analytics/cohorts?measure=purchase&from=2026-03-02&to=2026-03-16&columns=4";

function show(address = ADDRESS, cohorts: Answer = () => ANSWER) {
  const calls = answering((call) => {
    if (call.method === "getSegments") return { segments: SEGMENTS };
    if (call.method === "getFields") return FIELDS;
    return cohorts(call);
  });
  const asked = () => calls.filter(({ method }) => method === "getCohorts").map(({ params }) => params);
  return { ...showPage(CohortsPage, "/analytics/cohorts", readCohortsSearch, address), calls, asked };
}

test("each cohort is a row; what is not over is hatched and marked, and the unknown is empty", async () => {
  const { asked } = show();
  const table = await screen.findByLabelText("Cohorts by column");
  expect(cellsOf(table)).toEqual([
    ["Began", "Same week", "1 week after", "2 weeks after", "3 weeks after"],
    ["Mar 2, 20261 person", "00% of 1", "1100% of 1", "00% of 1", "00% of 1so far"],
    ["Mar 9, 20261 person", "1100% of 1", "00% of 1", "00% of 1so far", ""],
    ["All together", "150% of 2", "150% of 2", "00% of 1", ""],
  ]);
  expect(within(table).getAllByRole("columnheader")).toHaveLength(5);
  expect(within(table).getAllByRole("rowheader")).toHaveLength(3);
  expect(table.querySelectorAll("[data-hatched]")).toHaveLength(2);
  expect(asked()).toEqual([
    {
      start: "registered",
      measure: "purchase",
      by: "week",
      clock: "calendar",
      mode: "on",
      columns: 4,
      from: "2026-03-02",
      to: "2026-03-16",
    },
  ]);
});

test("all cohorts together are a curve with its band, and a table with the same numbers", async () => {
  show();
  const chart = await screen.findByRole("img", { name: "Share of people by week, in 4 weeks" });
  expect(chart.querySelectorAll("circle")).toHaveLength(3);
  expect(chart.querySelectorAll("[data-band]")).toHaveLength(2);
  expect(cellsOf(screen.getByLabelText("All cohorts together, by column"))).toEqual([
    ["When", "People", "95% interval"],
    ["Same week", "1 of 2 · 50%", "20–80%"],
    ["1 week after", "1 of 2 · 50%", "20–80%"],
    ["2 weeks after", "0 of 1 · 0%", "20–80%"],
    ["3 weeks after", "—", "—"],
  ]);
});

test("the sentence has the part and the whole", () => {
  const two = { ...ANSWER, pooled: [null, rate(900, 1_500)], measure: "activity" as const };
  expect(sentencesOf(two, [])).toEqual([
    { text: "2 people registered in this range." },
    { rate: rate(900, 1_500), noun: "people", text: "were active in the week after." },
  ]);
  expect(sentencesOf({ ...ANSWER, pooled: [null, null] }, []).at(-1)).toEqual({
    text: "No week after the first is over yet.",
  });
});

test("the sentences name the segment, the event and the goal", () => {
  const said = (changed: Partial<CohortsAnswer>) =>
    sentencesOf({ ...ANSWER, pooled: [null, rate(9, 15)], ...changed }, [{ id: "plan:pro", name: "Pro Users" }]).map(
      ({ text }) => text,
    );
  expect(said({ start: "entered", segment: "plan:pro" })[0]).toBe("2 people first joined “Pro Users” in this range.");
  expect(said({ start: "firstEvent", name: "lesson" })[0]).toBe("2 people first did “lesson” in this range.");
  expect(said({ measure: "goal", goal: { event: "lesson" } })[1]).toBe("did “lesson” in the week after.");
});

test("revenue has the column, and all up to it", async () => {
  const cells = [cell(1, true, [1_000, 1_000]), cell(1, false, [-300, 700])];
  const cohorts = [{ start: "2026-03-02T00:00:00Z", size: 1, cells }];
  show(ADDRESS, () => ({ ...ANSWER, measure: "revenue", cohorts, pooled: [rate(1, 1), null] }));
  const table = await screen.findByLabelText("Revenue of cohorts in EUR");
  await within(table).findByText("-3.00");
  expect(cellsOf(table)[1]).toEqual(["Mar 2, 20261 person", "10.0010.00 EUR by then", "-3.007.00 EUR by thenso far"]);
});

test("a segment and a name are asked for where they matter", async () => {
  const now = new Date(2026, 2, 22);
  expect(missingOf(draftOf({ start: "entered" }, now))).toEqual({ segment: "Choose a segment." });
  expect(missingOf(draftOf({ start: "firstEvent" }, now))).toEqual({ name: "Enter the name of an event." });
  const draft = draftOf({ segment: "plan:pro", name: "lesson" }, now);
  expect(paramsOf(draft)).not.toHaveProperty("segment");
  expect(searchOf(draft)).not.toHaveProperty("name");
  expect(paramsOf({ ...draft, measure: "member" })).toMatchObject({ measure: "member", segment: "plan:pro" });

  const { user, asked } = show("/analytics/cohorts?start=entered");
  await user.click(await screen.findByRole("button", { name: "Count" }));
  expect(screen.getByText("Choose a segment.")).toBeDefined();
  expect(asked()).toEqual([]);
});

test("both tables are exported", async () => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:csv", revokeObjectURL: () => undefined }));
  const { user, calls } = show();
  for (const [what, table] of Object.entries({ "all cohorts together": "pooled", cohorts: "cells" })) {
    await user.click(await screen.findByLabelText(`Export ${what}`));
    await vi.waitFor(() =>
      expect(calls.at(-1)).toMatchObject({ method: "exportReport", params: { report: "getCohorts", table } }),
    );
  }
});
