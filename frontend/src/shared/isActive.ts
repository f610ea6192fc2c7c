import type { Run } from "../api/client.ts";

/** Whether a run of any kind goes on. One that is overdue has stopped responding. */
export function isActive(run: Pick<Run, "state" | "overdue"> | null | undefined): boolean {
  return run?.state === "running" && !run.overdue;
}
