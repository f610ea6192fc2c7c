import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { CompareAsOfAnswer, FlowAnswer, FlowStep } from "../../api/client.ts";
import { readFlowSearch } from "../../app/routes.ts";
import { type Answer, answering, type Call, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { FlowPage } from "./FlowPage.tsx";
import { draftOf, paramsOf, withPoint } from "./question.ts";
import { graphOf } from "./sankey.ts";
import { whoIn } from "./words.ts";

// Nothing has a width in jsdom.
vi.mock("@mantine/hooks", async (original) => ({
  ...(await original<object>()),
  useElementSize: () => ({ ref: { current: null }, width: 900 }),
}));
afterEach(() => vi.unstubAllGlobals());

const STATES = [
  "lifecycle:new",
  "lifecycle:active",
  "lifecycle:inactive",
  "lifecycle:churned",
  "none",
  "multiple",
  "absent",
  "erased",
];

function step(from: string, to: string, counts: number[][]): FlowStep {
  const rows = STATES.map((_, row) => STATES.map((_, column) => counts[row]?.[column] ?? 0));
  const matrix = rows.map((row) => {
    const of = row.reduce((sum, part) => sum + part, 0);
    return row.map((part) => ({ part, of, percent: of === 0 ? null : (100 * part) / of, low: null, high: null }));
  });
  return { from, to, matrix, moves: { entered: 7, left: 6 } };
}

/** The example of the tests, with u6 who came in between. */
const COUNTS = [[0, 0, 1], [0, 0, 1], [0, 2, 0], [0, 0, 0, 1], [], [], [0, 1]];
const STEP = step("2026-03-08T00:00:00Z", "2026-03-22T00:00:00Z", COUNTS);

const ANSWER: FlowAnswer = {
  states: STATES,
  steps: [STEP],
  population: 6,
  asOf: "2026-03-24T00:00:00Z",
  zone: "UTC",
  historyFrom: "2026-03-01T00:00:00Z",
  notes: [],
};

const WHO: CompareAsOfAnswer = {
  a: STEP.from,
  b: STEP.to,
  sizeA: 2,
  sizeB: 2,
  counts: { both: 0, onlyA: 2, onlyB: 2 },
  userIds: ["u1", "u3"],
  asOf: ANSWER.asOf,
  zone: "UTC",
  historyFrom: null,
  notes: [],
};

const ADDRESS = "/analytics/flow?at=2026-03-08,2026-03-22";

function show(address = ADDRESS, flow: Answer = () => ANSWER) {
  const answer = (call: Call) => {
    if (call.method === "getSegments") return { segments: SEGMENTS };
    return call.method === "compareAsOf" ? WHO : flow(call);
  };
  const calls = answering(answer);
  const asked = (method = "getSegmentFlow") =>
    calls.filter((call) => call.method === method).map(({ params }) => params);
  return { ...showPage(FlowPage, "/analytics/flow", readFlowSearch, address), calls, asked };
}

const matrix = () => screen.findByRole("region", { name: "Moves, step 1" });

test("the largest moves are said first", async () => {
  const { asked } = show();
  await matrix();
  const said = [...document.querySelectorAll("li")].map(({ textContent }) => textContent);
  expect(said).toEqual([
    "2 of 2 (100%) moved from “Inactive Users” to “Active Users”.",
    "1 of 1 (100%) moved from lifecycle:new to “Inactive Users”.",
    "1 of 1 (100%) moved from “Active Users” to “Inactive Users”.",
  ]);
  expect(asked()).toEqual([{ family: "lifecycle", at: ["2026-03-08", "2026-03-22"] }]);
});

test("the matrix has shares of rows, and sums; states without people are left out", async () => {
  show();
  const table = await matrix();
  const rows = cellsOf(table);
  expect(rows[0]).toEqual([
    "Before ↓ after →",
    "lifecycle:new",
    "Active Users",
    "Inactive Users",
    "lifecycle:churned",
    "Not there yet",
    "All",
  ]);
  expect(rows[3]).toEqual(["Inactive Users", "00% of 2", "2100% of 2", "00% of 2", "00% of 2", "00% of 2", "2"]);
  expect(rows.at(-1)).toEqual(["All", "0", "3", "2", "1", "0", "6"]);
  expect(within(table).getAllByRole("columnheader")).toHaveLength(7);
  expect(within(table).getAllByRole("rowheader")).toHaveLength(6);
});

test("the Sankey draws the numbers of the matrix", async () => {
  show();
  await matrix();
  expect(screen.getByRole("img", { name: /^Moves of 6 people between 2 times/ })).toBeDefined();
  const drawn = [...document.querySelectorAll("[data-link]")];
  const values = drawn.map((link) => Number(link.getAttribute("data-link")));
  expect(values.toSorted()).toEqual([1, 1, 1, 1, 2]);
  // As wide as they are many.
  const widths = drawn.map((link, place) => Number(link.getAttribute("stroke-width")) / (values[place] ?? 1));
  expect(Math.max(...widths) - Math.min(...widths)).toBeLessThan(0.001);
  const names = [...document.querySelectorAll("[data-node]")].map(({ textContent }) => textContent);
  expect(names).toContain("Active Users 3");
  expect(names).toHaveLength(8);
});

test("columns of one step are the rows of the next, and all widths add up", () => {
  const next = step(STEP.to, "2026-03-29T00:00:00Z", [[], [0, 3], [0, 0, 2], [0, 0, 0, 1]]);
  const { nodes, links } = graphOf({ ...ANSWER, steps: [STEP, next] });
  for (const [place, { count }] of nodes.entries()) {
    for (const end of ["source", "target"] as const) {
      const found = links.filter((link) => link[end] === place);
      if (found.length > 0) expect(found.reduce((sum, { value }) => sum + value, 0)).toBe(count);
    }
  }
  for (const column of [0, 1, 2]) {
    const there = nodes.filter((node) => node.column === column);
    expect(there.reduce((sum, { count }) => sum + count, 0)).toBe(6);
  }
});

test("a number leads to who they are, and the way back to the number", async () => {
  const { user, asked, search } = show();
  await user.click(within(await matrix()).getByRole("link", { name: /^2: who was in Inactive Users, then in Active/ }));
  const heading = await screen.findByRole("heading", { name: "In “Inactive Users” before, and not after: 2 people" });
  expect(document.activeElement).toBe(heading);
  expect(screen.getByRole("list", { name: "User IDs" }).textContent).toBe("u1u3");
  const ends = { a: STEP.from, b: STEP.to };
  expect(asked("compareAsOf")[0]).toMatchObject({ segment: "lifecycle:inactive", ...ends, show: "onlyA" });
  expect(Object.fromEntries(search())).toMatchObject({ step: "0", who: "lifecycle:inactive", shown: "onlyA" });
  await user.click(screen.getByRole("button", { name: "Close" }));
  await vi.waitFor(() => expect(document.activeElement?.getAttribute("aria-label")).toMatch(/^2: who/));
  expect(search().has("who")).toBe(false);
});

test("only cells whose people are known from two instants lead to them", () => {
  const counts = [
    [4, 1, 2],
    [0, 5, 0],
    [3, 0, 6],
  ];
  const known = step("", "", counts);
  expect(whoIn(STATES, known, 0, 0)).toEqual({ segment: "lifecycle:new", show: "both" });
  // One of three that left, and all that came.
  expect(whoIn(STATES, known, 0, 1)).toEqual({ segment: "lifecycle:active", show: "onlyB" });
  expect(whoIn(STATES, known, 2, 0)).toEqual({ segment: "lifecycle:inactive", show: "onlyA" });
  expect(whoIn(STATES, known, 1, 0)).toBeUndefined();
  const mixed = step("", "", [[4, 1, 2], [0, 5, 1], [3]]);
  expect(whoIn(STATES, mixed, 0, 2)).toBeUndefined();
  // Who is in several segments is a member of each.
  const several = step("", "", [[4], [], [], [], [], [1]]);
  expect(whoIn(STATES, several, 0, 0)).toBeUndefined();
  expect(whoIn(STATES, step("", "", [[], [], [], [], [2]]), 4, 0)).toEqual({ segment: "lifecycle:new", show: "onlyB" });
});

test("times are added, removed and counted, now among them", async () => {
  const { user, asked, search } = show();
  await matrix();
  await user.click(screen.getByRole("button", { name: "Add a time" }));
  expect((screen.getByLabelText("Time 2") as HTMLInputElement).value).toBe("2026-03-15");
  await user.clear(screen.getByLabelText("Time 3"));
  await user.selectOptions(screen.getByLabelText("Between"), "Plan");
  await user.click(screen.getByRole("button", { name: "Count" }));
  await vi.waitFor(() => expect(asked()).toHaveLength(2));
  expect(asked()[1]).toMatchObject({
    family: "plan",
    at: ["2026-03-08", "2026-03-15", expect.stringMatching(/T.*Z$/)],
  });
  expect(search().get("at")).toBe("2026-03-08,2026-03-15,now");
  await user.click(screen.getByRole("button", { name: "Remove time 2" }));
  expect(document.activeElement?.textContent).toBe("Add a time");
  expect(screen.queryByLabelText("Time 3")).toBeNull();
});

test("a clock that is ahead is asked for a minute earlier", async () => {
  const faults = [{ path: "at[1]", message: "expected a time that is not in the future" }];
  let calls = 0;
  const { asked } = show("/analytics/flow", () => {
    calls += 1;
    if (calls === 1) throw { code: -32602, message: "", data: { faults } };
    return ANSWER;
  });
  await matrix();
  const [first = 0, second = 0] = asked().map(({ at }) => Date.parse(at[1]));
  expect(first - second).toBeGreaterThanOrEqual(59_000);
});

test("a time that is wrong is said at its field", async () => {
  show(ADDRESS, () => {
    throw { code: -32602, message: "", data: { faults: [{ path: "at[1]", message: "expected a later time" }] } };
  });
  expect(await screen.findByText("Expected a later time.")).toBeDefined();
  expect(screen.getByLabelText("Time 2").getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByLabelText("Time 1").getAttribute("aria-invalid")).not.toBe("true");
});

test("chosen segments need at least two", async () => {
  const { user, asked } = show("/analytics/flow?family=segments");
  await user.click(await screen.findByRole("button", { name: "Count" }));
  expect(screen.getByText("Choose at least 2 segments.")).toBeDefined();
  expect(asked()).toEqual([]);
});

test("each table is exported at the times that were counted", async () => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:csv", revokeObjectURL: () => undefined }));
  const { user, calls } = show("/analytics/flow");
  for (const [what, table] of Object.entries({ changes: "moves", moves: "steps" })) {
    await user.click(await screen.findByRole("button", { name: `Export ${what}` }));
    await vi.waitFor(() =>
      expect(calls.at(-1)?.params).toMatchObject({
        report: "getSegmentFlow",
        table,
        params: { family: "lifecycle", at: [STEP.from, STEP.to] },
      }),
    );
  }
});

test("what is not in the address is as usual", () => {
  const now = new Date(2026, 2, 31, 12);
  expect(paramsOf(draftOf({}, now))).toEqual({ family: "lifecycle", at: ["2026-03-01", "now"] });
  expect(paramsOf(draftOf({ family: "segments", segments: "plan:pro" }, now))).toBeUndefined();
  expect(withPoint(["2026-03-01", "now"], now)).toEqual(["2026-03-01", "2026-03-16", "now"]);
  expect(withPoint(["", "now"], now)).toEqual(["", "2026-03-30", "now"]);
});
