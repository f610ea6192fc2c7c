// What happened to a person, in words, page by page.
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { SEGMENTS } from "../testing/segments.ts";
import { Timeline } from "./Timeline.tsx";

const SEGMENT = { segmentType: "plan", segmentValue: "pro", name: "Pro Users" };
const ENTRIES = [
  { kind: "mail", facts: ["sent", "opened"] },
  { kind: "override", action: "addUserToSegment", actor: "token:anna", reason: "a guest", segment: SEGMENT },
  { kind: "movement", movement: "entered", cause: "run", runId: 7, actor: null, segment: SEGMENT },
  { kind: "event", name: "order.paid", amountMinor: 2900, currency: "EUR" },
  { kind: "event", name: "login", amountMinor: null, currency: null },
  { kind: "quiz", certification: "AWS-SAA-C03", score: 81.5 },
  { kind: "movement", movement: "left", cause: "segment_deleted", runId: null, actor: "token:anna", segment: null },
].map((what) => ({ at: "2026-03-10T12:00:00Z", what }));

test("each entry says what happened, in which segment, and why", async () => {
  const calls = answering(({ method, params }) => {
    if (method === "getSegments") return { segments: SEGMENTS };
    if (method === "getFields") return { fields: [], currencies: [{ code: "EUR", exponent: 2 }] };
    return params.cursor === null
      ? { entries: ENTRIES.slice(0, 2), nextCursor: "next" }
      : { entries: ENTRIES.slice(2) };
  });
  const { user } = showPage(
    () => <Timeline id="42" />,
    "/",
    () => ({}),
    "/",
  );
  const table = await screen.findByRole("table", { name: "Timeline" });
  await user.click(screen.getByRole("button", { name: "Show more" }));
  await screen.findByText("Run 7");
  const rows = cellsOf(table).slice(1);
  expect(rows.map(([, ...cells]) => cells)).toEqual([
    ["Mail: sent, opened", "", ""],
    ["Added to a segment", "Pro Users", "anna: a guest"],
    ["Joined", "Pro Users", "Run 7"],
    ["order.paid: 29.00 EUR", "", ""],
    ["login", "", ""],
    ["Quiz: AWS-SAA-C03, score 81.5", "", ""],
    ["Left", "Deleted", "Segment deleted · anna"],
  ]);
  expect(calls.filter(({ method }) => method === "getUserTimeline").at(-1)?.params).toEqual({
    userId: "42",
    kinds: [],
    limit: 20,
    cursor: "next",
  });
  await user.click(screen.getByLabelText("Quizzes and events"));
  const last = calls.filter(({ method }) => method === "getUserTimeline").at(-1);
  expect(last?.params).toMatchObject({ kinds: ["event", "quiz"], cursor: null });
});
