// How runs are going, in a word or two.
import type { Run } from "../api/client.ts";
import { formatShare, pluralize } from "../shared/format.ts";
import { isActive } from "../shared/isActive.ts";
import { isOutOfDate } from "./health.ts";

export interface RunHealth {
  state: "active" | "pending" | "outOfDate" | "failed";
  text: string;
}

/** `run` is null if there was none yet. */
export function runHealth(run: Run | null, lastSuccessAt: string | undefined, now: number): RunHealth {
  if (run === null) return { state: "outOfDate", text: "None yet" };
  if (isActive(run)) return { state: "pending", text: progressText(run) };
  if (run.state !== "succeeded") return { state: "failed", text: runStateText(run) };
  if (isOutOfDate(lastSuccessAt, now)) return { state: "outOfDate", text: "Out of date" };
  if (run.issueCount > 0) return { state: "outOfDate", text: pluralize(run.issueCount, "problem") };
  return { state: "active", text: "Up to date" };
}

/** How a run ended, or that it goes on. */
export function runStateText(run: Pick<Run, "state" | "overdue" | "issueCount">): string {
  switch (run.state) {
    case "running":
      return run.overdue ? "Stopped responding" : "Running";
    case "succeeded":
      return run.issueCount === 0 ? "Succeeded" : `Finished with ${pluralize(run.issueCount, "problem")}`;
    case "failed":
      return "Failed";
    case "abandoned":
      return "Interrupted";
  }
}

function progressText({ totalUsers, totalUsersProcessed }: Run): string {
  return totalUsers === 0 ? "Starting" : formatShare(totalUsersProcessed, totalUsers);
}
