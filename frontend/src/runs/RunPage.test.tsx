// What a run held back, and the segments in which its removals are let through.
import { screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { ANNA, BERT } from "../testing/people.ts";
import { SEGMENTS } from "../testing/segments.ts";
import { RunPage } from "./RunPage.tsx";

const HELD = [
  { kind: "heldBack", segment: "plan:free", leaving: 150, members: 200 },
  { kind: "heldBack", segment: "plan:pro", leaving: 101, members: 101 },
];

function runWith(runId: number) {
  return {
    runId,
    state: "succeeded",
    overdue: false,
    trigger: "cron",
    mode: "full",
    startedAt: "2026-03-10T12:00:00Z",
    finishedAt: "2026-03-10T12:00:01Z",
    asOf: "2026-03-10T12:00:00Z",
    durationMs: 1_000,
    totalUsers: 400,
    totalUsersProcessed: 400,
    usersPerSecond: 400,
    segmentsCreated: 0,
    segmentsRemoved: 0,
    unknownPlans: 0,
    attemptsWithoutProvider: 0,
    failure: null,
    issues: HELD,
    segments: [{ segment: "plan:pro", entered: 12, left: 3_000 }],
    // More than are listed.
    issueCount: 9,
  };
}

const leaver = (userId: string) => ({ userId, changesAt: "2026-03-10T12:00:00Z" });
const leaversAfter = (cursor: string | null) =>
  cursor === null ? { users: [leaver("42"), leaver("7")], nextCursor: "l1" } : { users: [leaver("u9")] };

/** Anna and Bert are on different pages, and nobody is `u9`. */
const membersAfter = (cursor: string | null) =>
  cursor === null ? { users: [ANNA], nextCursor: "m1" } : { users: [BERT] };

function open(latest: number, membersAfterOf = membersAfter) {
  const calls = answering(({ method, params }) => {
    if (method === "getRun") return runWith(Number(params.runId));
    if (method === "listRuns") return { runs: [runWith(latest)] };
    if (method === "getForecastUsers") return leaversAfter(params.cursor);
    if (method === "getSegmentUsers") return membersAfterOf(params.cursor);
    if (method === "getSegments") return { segments: SEGMENTS };
    return { runId: latest + 1 };
  });
  const asked = (of: string) => calls.filter(({ method }) => method === of).map(({ params }) => params);
  const started = () => calls.filter(({ method }) => method === "runAutoSegmentation").map(({ params }) => params);
  return { ...showPage(RunPage, "/runs/$runId", () => ({}), "/runs/7"), asked, started };
}

test("removals are let through in the segment that was chosen, and in no other", async () => {
  const { user, started } = open(7);
  await user.click(await screen.findByRole("button", { name: "Run again and allow removals in “Pro Users”…" }));
  const dialog = await screen.findByRole("dialog");
  expect(
    within(dialog)
      .getAllByRole("listitem")
      .map(({ textContent }) => textContent),
  ).toEqual(["“Pro Users”: 101 of 101 members"]);
  await user.click(within(dialog).getByRole("button", { name: "Remove 101 members" }));
  expect(started()).toEqual([{ allowShrinkIn: ["plan:pro"] }]);
});

test("removals in all that are listed name each of them: others stay held back", async () => {
  const { user, started } = open(7);
  await user.click(await screen.findByRole("button", { name: "Run again and allow removals in all 2…" }));
  const dialog = await screen.findByRole("dialog");
  await user.click(within(dialog).getByRole("button", { name: "Remove 251 members" }));
  expect(started()).toEqual([{ allowShrinkIn: ["plan:free", "plan:pro"] }]);
});

test("an earlier run leads to the latest, and lets nothing through", async () => {
  open(8);
  expect((await screen.findByRole("link", { name: "See the latest run" })).getAttribute("href")).toBe("/runs/8");
  expect(screen.queryByRole("button", { name: /allow removals/ })).toBeNull();
  expect(cellsOf(screen.getByRole("table", { name: "Segments held back" }))[1]).toEqual([
    "Free Users",
    "150",
    "200",
    "75%",
  ]);
});

test("who is held back in a segment is listed by name before anything is allowed", async () => {
  const { user, asked } = open(7);
  await user.click(await screen.findByRole("button", { name: "See who would leave “Free Users”" }));
  const dialog = await screen.findByRole("dialog", { name: "Who would leave “Free Users”" });
  const anna = await within(dialog).findByRole("link", { name: "Anna Smith" });
  expect(anna.getAttribute("href")).toBe("/people/42");
  const table = within(dialog).getByRole("table", { name: "People who would leave" });
  expect(cellsOf(table)).toEqual([
    ["User", "Plan", "Last active"],
    ["Anna Smithanna@example.org", "PRO", "never"],
    ["bert@example.org", "PRO", "never"],
  ]);
  await user.click(within(dialog).getByRole("button", { name: "Show more" }));
  expect((await within(dialog).findByRole("link", { name: "u9" })).getAttribute("href")).toBe("/people/u9");
  const leaving = { segment: "plan:free", day: 0, change: "leave", limit: 100 };
  expect(asked("getForecastUsers")).toEqual([
    { ...leaving, cursor: null },
    { ...leaving, cursor: "l1" },
  ]);
  // The second page goes on where the first one found its last.
  const members = { segmentType: "plan", segmentValue: "free", limit: 100 };
  expect(asked("getSegmentUsers")).toEqual([null, "m1", "m1"].map((cursor) => ({ ...members, cursor })));
});

test("those who are held back are listed by ID where no names can be had", async () => {
  const { user } = open(7, () => {
    throw { code: -32603, message: "broken" };
  });
  await user.click(await screen.findByRole("button", { name: "See who would leave “Free Users”" }));
  expect((await screen.findByRole("link", { name: "42" })).getAttribute("href")).toBe("/people/42");
});

test("a run shows what it did in each segment", async () => {
  open(7);
  const table = await screen.findByRole("table", { name: "By segment" });
  await within(table).findByText("Pro Users");
  expect(cellsOf(table)).toEqual([
    ["Segment", "Joined", "Left"],
    ["Pro Users", "12", "3,000"],
  ]);
});
