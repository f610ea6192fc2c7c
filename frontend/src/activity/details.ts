// Further data of an action, in words.

import { KINDS, ruleText } from "../alerts/words.ts";
import type { Alert } from "../api/client.ts";
import { capitalize, formatDateTime, formatFullDay, formatNumber, pluralize, uncapitalize } from "../shared/format.ts";
import { REASONS } from "../sync/mail.ts";

type Detail = Record<string, unknown>;
/** The name of a segment by its id. */
export type NameOf = (id: string) => string;

/** Where a command ran is not said: its actor is. */
const UNSAID = ["account", "host"];

/** What an action says in a way of its own: the words, and the names of the data that they cover. */
type Words = (detail: Detail, nameOf: NameOf) => [words: string | undefined, covered: string[]];

const OF_ACTIONS: Record<string, Words> = {
  addUserToSegment: overridden,
  removeUserFromSegment: overridden,
  autoSegmentUser: ({ segmentsAdded, segmentsRemoved }, nameOf) => {
    const [joined, left] = [listOf(segmentsAdded, nameOf), listOf(segmentsRemoved, nameOf)];
    const words = [joined && `joined ${joined}`, left && `left ${left}`].filter(Boolean).join(", ");
    return [words || "no change", ["segmentsAdded", "segmentsRemoved"]];
  },
  clearSuppression: ({ cleared }) => {
    const name =
      cleared === "refused"
        ? "refused by Resend"
        : uncapitalize(REASONS[cleared as keyof typeof REASONS] ?? String(cleared));
    return [`was: ${name}`, ["cleared"]];
  },
  getForecastUsers: ({ day, change }) => [
    `who ${change === "leave" ? "leaves" : "joins"} by ${String(day)}`,
    ["day", "change"],
  ],
  exportSegmentOverrides: ({ decision }) => [decision === "exclude" ? "excluded" : "added by hand", ["decision"]],
  restoreUserToSegment: ({ isMember }) => [isMember === true ? "is a member" : "is not a member", ["isMember"]],
  rollBackCustomSegment: ({ toVersion, version }) => [
    `version ${String(toVersion)}, as version ${String(version)}`,
    ["toVersion", "version"],
  ],
  runAutoSegmentation: started,
  runSync: started,
  saveAlert: (detail) => {
    const isKnown = typeof detail.kind === "string" && detail.kind in KINDS;
    if (!isKnown) return [undefined, []];
    return [uncapitalize(ruleText(detail as unknown as Alert)), ["kind", "threshold", "direction", "against"]];
  },
  saveAttribute: ({ type, options, personal }) => [
    [String(type), Number(options) > 0 && pluralize(Number(options), "option"), personal === true && "personal"]
      .filter(Boolean)
      .join(", "),
    ["type", "options", "personal"],
  ],
  setEventName: ({ isActivity }) => [isActivity === true ? "counts" : "does not count", ["isActivity"]],
  setSegmentActive: ({ isActive, entered, left }) => [
    isActive === true ? movedText(entered, left) : undefined,
    ["isActive", "entered", "left"],
  ],
  setSegmentStar: () => [undefined, ["starred"]],
  setSegmentSync: () => [undefined, ["state"]],
  setSegmentTags: ({ tags }) => [listOf(tags) && `tags: ${listOf(tags)}`, ["tags"]],
  setSyncPaused: () => [undefined, ["isPaused"]],
};

/** What data means wherever it comes. Nothing if it need not be said. */
const OF_NAMES: Record<string, (value: unknown, nameOf: NameOf) => string | undefined> = {
  attempts: (value) => importedText(value, "quiz attempt"),
  cooldownHours: (value) => `again after ${pluralize(Number(value), "hour")}`,
  deleted: (value) => `${formatNumber(Number(value))} deleted`,
  dependants: (value, nameOf) =>
    typeof value === "object" && value !== null
      ? `then in ${Object.entries(value)
          .map(([id, { entered, left }]) => `${nameOf(id)}: ${movedText(entered, left)}`)
          .join("; ")}`
      : undefined,
  events: (value) => importedText(value, "event"),
  evaluated: (value) => (value === true ? "evaluated at once" : undefined),
  expiresAt: (value) => `until ${formatDateTime(String(value))}`,
  from: (value) => `from ${timeText(value)}`,
  members: (value) => pluralize(Number(value), "member"),
  minSize: (value) => `from ${pluralize(Number(value), "member")} on`,
  newSecret: (value) => (value === true ? "new secret" : undefined),
  of: (value, nameOf) => `copy of ${nameOf(String(value))}`,
  onlyPulled: (value) => (value === true ? "only what was pulled" : undefined),
  personal: (value) => (value === true ? "with names and addresses" : undefined),
  reason: (value) => `reason: ${String(value)}`,
  rowCount: (value) => pluralize(Number(value), "row"),
  segment: (value, nameOf) => nameOf(String(value)),
  segments: (value, nameOf) =>
    Array.isArray(value) ? listOf(value, nameOf) || undefined : `segments: ${plainText(value)}`,
  state: (value) => (value === "done" ? "finished" : String(value)),
  to: (value) => `to ${timeText(value)}`,
  users: (value) => importedText(value, "user"),
  version: (value) => `version ${String(value)}`,
};

/** Such as `Reason: asked for it · 3 left`. */
export function detailText(action: string, detail: unknown, nameOf: NameOf = (id) => id): string {
  if (typeof detail !== "object" || detail === null) return detail == null ? "" : String(detail);
  const all = detail as Detail;
  const [own, covered] = OF_ACTIONS[action]?.(all, nameOf) ?? [undefined, []];
  const hasMoved = "entered" in all && "left" in all && !covered.includes("entered");
  const hasPeriod = all.from != null && all.to != null;
  const said = new Set([
    ...UNSAID,
    ...covered,
    ...(hasMoved ? ["entered", "left"] : []),
    ...(hasPeriod ? ["from", "to"] : []),
  ]);
  const rest = Object.entries(all)
    .filter(([name, value]) => !said.has(name) && value !== null)
    .map(
      ([name, value]) => OF_NAMES[name]?.(value, nameOf) ?? (name in OF_NAMES ? undefined : unknownText(name, value)),
    );
  const moved = hasMoved ? movedText(all.entered, all.left) : undefined;
  const period = hasPeriod ? `from ${timeText(all.from)} to ${timeText(all.to)}` : undefined;
  return capitalize([own, moved, period, ...rest].filter((words) => words !== undefined && words !== "").join(" · "));
}

function overridden({ expiresAt }: Detail): [string | undefined, string[]] {
  return [expiresAt == null ? undefined : `until ${formatDateTime(String(expiresAt))}`, ["expiresAt"]];
}

function started({ mode, allowShrink }: Detail, nameOf: NameOf): [string | undefined, string[]] {
  const extent = mode === "full" ? "everything" : mode == null ? undefined : "only changes";
  const removals = Array.isArray(allowShrink) ? `many removals allowed in ${listOf(allowShrink, nameOf)}` : undefined;
  const all = allowShrink === true ? "many removals allowed" : undefined;
  return [[extent, removals ?? all].filter(Boolean).join(", "), ["mode", "allowShrink"]];
}

function movedText(entered: unknown, left: unknown): string {
  if (entered === 0 && left === 0) return "no one joined or left";
  return `${formatNumber(Number(entered))} joined, ${formatNumber(Number(left))} left`;
}

/** What became of the rows of an import. */
const BECAME: Record<string, string> = { created: "new", written: "new", faults: "faulty" };

/** Such as `62 users: 7 new, 55 updated`. Nothing if there was none. */
function importedText(value: unknown, one: string): string | undefined {
  if (typeof value !== "object" || value === null) return pluralize(Number(value), one);
  const { rows, ...became } = value as Record<string, number>;
  if (!rows) return undefined;
  const parts = Object.entries(became).filter(([, count]) => count > 0);
  const words = parts.map(([name, count]) => `${formatNumber(count)} ${BECAME[name] ?? nameText(name)}`);
  return [pluralize(rows, one), ...(words.length > 0 ? [words.join(", ")] : [])].join(": ");
}

function listOf(values: unknown, nameOf: NameOf = (id) => id): string {
  return Array.isArray(values) ? values.map((value) => nameOf(String(value))).join(", ") : "";
}

function timeText(value: unknown): string {
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return formatFullDay(text);
  return /^\d{4}-.*T/.test(text) ? formatDateTime(text) : text;
}

/** Counts come before what they count. */
function unknownText(name: string, value: unknown): string | undefined {
  if (typeof value === "number") return value === 0 ? undefined : `${formatNumber(value)} ${nameText(name)}`;
  return `${nameText(name)}: ${plainText(value)}`;
}

function nameText(name: string): string {
  return name.replace(/([A-Z])/g, " $1").toLowerCase();
}

function plainText(value: unknown): string {
  if (value === true) return "yes";
  if (value === false) return "no";
  if (typeof value === "number") return formatNumber(value);
  if (Array.isArray(value)) return value.map(plainText).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  // Counts of an import, of which most are zero.
  const parts = Object.entries(value).filter(([, part]) => part !== 0);
  return parts.map(([name, part]) => `${nameText(name)} ${plainText(part)}`).join(", ") || "nothing";
}
