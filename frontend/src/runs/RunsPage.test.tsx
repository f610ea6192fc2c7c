// Runs with their filters, which the server applies.
import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Run } from "../api/client.ts";
import { readRunsSearch } from "../app/routes.ts";
import { answering, showPage } from "../testing/page.tsx";
import { runFilter } from "./queries.ts";
import { RunsPage } from "./RunsPage.tsx";

afterEach(() => vi.unstubAllGlobals());

const RUN = {
  runId: 1,
  state: "succeeded",
  mode: "full",
  trigger: "cron",
  startedAt: "2026-03-10T12:00:00Z",
  asOf: "2026-03-10T12:00:00Z",
  totalUsers: 10,
  totalUsersProcessed: 10,
  segmentsCreated: 1,
  segmentsRemoved: 0,
  durationMs: 40,
  issueCount: 0,
  issues: [],
  overdue: false,
} as unknown as Run;
const FAILED = { ...RUN, runId: 2, state: "failed", mode: "incremental" } as Run;

test("what is no state or mode is left aside", () => {
  expect(runFilter({ state: "failed", mode: "full" })).toEqual({ state: "failed", mode: "full" });
  expect(runFilter({ state: "odd", mode: "odd" })).toEqual({ state: null, mode: null });
});

test("only runs of the chosen state are listed, also of those that come later", async () => {
  const calls = answering(({ method, params }) => {
    if (method !== "listRuns") return { segments: [] };
    const { state, mode } = params;
    return {
      runs: [FAILED, RUN].filter((run) => (state ?? run.state) === run.state && (mode ?? run.mode) === run.mode),
    };
  });
  const { user, search } = showPage(RunsPage, "/runs", readRunsSearch, "/runs");
  const table = await screen.findByRole("table", { name: "Runs" });
  await within(table).findByText("Run 2");
  await user.selectOptions(screen.getByLabelText("Filter runs by state"), "Failed");
  await vi.waitFor(() => expect(within(screen.getByRole("table", { name: "Runs" })).queryByText("Run 1")).toBeNull());
  expect(screen.getByText("Run 2")).toBeDefined();
  expect(search().get("state")).toBe("failed");
  expect(calls.some(({ params }) => params.state === "failed" && params.limit === 20)).toBe(true);
  await user.selectOptions(screen.getByLabelText("Filter runs by whom they evaluate"), "All users");
  await screen.findByText("No such runs");
});
