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
  export: "Exported members",
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

/** One that is not known here is named as it is: `rotate key`. */
export function actionText(action: string): string {
  return ACTIONS[action] ?? capitalize(action.replace(/([A-Z])/g, " $1").toLowerCase());
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

/** Further data, such as `reason: asked for it · left: 3`. Where a command ran is not said: its actor is. */
export function detailText(detail: unknown): string {
  if (typeof detail !== "object" || detail === null) return detail == null ? "" : String(detail);
  return Object.entries(detail)
    .filter(([name, value]) => name !== "account" && name !== "host" && value !== null)
    .map(([name, value]) => `${nameText(name)}: ${valueText(value)}`)
    .join(" · ");
}

function nameText(name: string): string {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}

function valueText(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  // Counts of an import, of which most are zero.
  const parts = Object.entries(value).filter(([, part]) => part !== 0);
  return parts.map(([name, part]) => `${nameText(name)} ${valueText(part)}`).join(", ") || "nothing";
}
