// What was done, in words.
import { capitalize } from "../shared/format.ts";

/** What a method does that changes something. */
const ACTIONS: Record<string, string> = {
  addUserToSegment: "Added to a segment",
  applyAttributes: "Applied attributes",
  archiveAttribute: "Archived an attribute",
  autoSegmentUser: "Evaluated a user",
  clearSuppression: "Lifted a suppression",
  createCustomSegment: "Created a segment",
  createToken: "Created a token",
  deleteAlert: "Deleted an alert",
  deleteCustomSegment: "Deleted a segment",
  deleteGoal: "Deleted a goal",
  deleteWebhook: "Deleted a webhook",
  duplicateSegment: "Duplicated a segment",
  eraseUser: "Erased a user",
  exportData: "Exported data",
  exportReport: "Exported a report",
  exportSegmentMovements: "Exported who joined or left",
  exportSegmentOverrides: "Exported exceptions",
  exportSegmentUsers: "Exported members",
  getForecastUsers: "Listed people of a forecast",
  import: "Imported data",
  recordEvents: "Recorded events",
  recordQuizAttempts: "Recorded quizzes",
  removeUserFromSegment: "Removed from a segment",
  resendWebhookDelivery: "Resent a message",
  restoreUserToSegment: "Restored to a segment",
  revokeToken: "Revoked a token",
  rollBackCustomSegment: "Restored a version",
  runAutoSegmentation: "Started a run",
  runSync: "Started a sync",
  saveAlert: "Saved an alert",
  saveAttribute: "Saved an attribute",
  saveGoal: "Saved a goal",
  saveWebhook: "Saved a webhook",
  setEventName: "Set what counts as activity",
  setSegmentActive: "Archived or activated a segment",
  setSegmentStar: "Starred a segment",
  setSegmentSync: "Changed sync",
  setSegmentTags: "Tagged a segment",
  setSyncPaused: "Paused or resumed syncs",
  testWebhook: "Tested a webhook",
  updateCustomSegment: "Edited a segment",
  upsertUsers: "Sent users",
  voidEvents: "Deleted events",
};

export const KNOWN_ACTIONS = Object.keys(ACTIONS);

/** What was done, where the method alone does not say it: by the name of the datum that does, and its value. */
const VARIANTS: Record<string, { datum: string; texts: Record<string, string> }> = {
  setSegmentActive: { datum: "isActive", texts: { true: "Activated a segment", false: "Archived a segment" } },
  setSegmentStar: { datum: "starred", texts: { true: "Starred a segment", false: "Removed a star" } },
  setSegmentSync: {
    datum: "state",
    texts: { on: "Turned on sync", paused: "Paused sync", off: "Turned off sync" },
  },
  setSyncPaused: { datum: "isPaused", texts: { true: "Paused all syncs", false: "Resumed all syncs" } },
};

/** One that is not known here is named as it is: `rotate key`. */
export function actionText(action: string, detail?: unknown): string {
  const variant = VARIANTS[action];
  const value =
    typeof detail === "object" ? (detail as Record<string, unknown> | null)?.[variant?.datum ?? ""] : undefined;
  return (
    variant?.texts[String(value)] ?? ACTIONS[action] ?? capitalize(action.replace(/([A-Z])/g, " $1").toLowerCase())
  );
}

export type Target =
  | { kind: "segment"; id: string }
  | { kind: "user"; id: string }
  | { kind: "run"; id: number }
  | { kind: "other"; text: string };

/** The parts of a target such as `segment plan:pro, user 42`. An id of a user may have commas and spaces. */
export function targetsOf(target: string | null): Target[] {
  if (target === null) return [];
  const both = /^(?:synced )?segment ([^\s,]+)(?:, user (.+))?$/s.exec(target);
  if (both?.[1] !== undefined) {
    const user = both[2];
    return [{ kind: "segment", id: both[1] }, ...(user === undefined ? [] : [{ kind: "user" as const, id: user }])];
  }
  const user = /^user (.+)$/s.exec(target)?.[1];
  if (user !== undefined) return [{ kind: "user", id: user }];
  const run = /^run (\d+)$/.exec(target)?.[1];
  return [run === undefined ? { kind: "other", text: target } : { kind: "run", id: Number(run) }];
}
