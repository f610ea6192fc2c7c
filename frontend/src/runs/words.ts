// Runs and their problems in words.
import type { RunIssue, RunMode, RunState, RunTrigger } from "../api/client.ts";

export const TRIGGERS: Record<RunTrigger, string> = {
  command_line: "Command line",
  cron: "Schedule",
  admin: "An admin",
};

/** How runs ended, to choose from. */
export const RUN_STATES: Record<RunState, string> = {
  running: "Running",
  succeeded: "Succeeded",
  failed: "Failed",
  abandoned: "Interrupted",
};

export const MODES: Record<RunMode, string> = {
  full: "All users",
  incremental: "Changed users",
};

export const KINDS: Record<RunIssue["kind"], { title: string; advice: string }> = {
  heldBack: {
    title: "Held back",
    advice:
      "More than half of a segment's members would have left at once, so the run left these segments unchanged. Check the definition and the data. If the removals are right, run again and allow them.",
  },
  ruleFailed: {
    title: "Not evaluated",
    advice: "These segments keep their members until their definitions are valid. Edit each one.",
  },
  unreadableUser: {
    title: "Users that could not be read",
    advice: "A stored value is invalid. Send these users again from your app. The next run evaluates them.",
  },
  unwritableUser: {
    title: "Users that could not be updated",
    advice: "The database refused the changes. The next run tries again. If it fails too, check the database.",
  },
};
