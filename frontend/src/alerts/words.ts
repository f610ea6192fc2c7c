// Alerts in words.
import type { Alert, AlertBase, AlertDirection, AlertEvent, AlertKind, AlertState, AlertTurn } from "../api/client.ts";
import { formatNumber, formatRate, pluralize } from "../shared/format.ts";

/** What a rule watches for, and what its threshold counts. */
export const KINDS: Record<AlertKind, { name: string; unit: string }> = {
  sizeAbove: { name: "More members than", unit: "Members" },
  sizeBelow: { name: "Fewer members than", unit: "Members" },
  changePercent: { name: "Size changes, in percent", unit: "Percent" },
  changeAbsolute: { name: "Size changes, in members", unit: "Members" },
  enteredAbove: { name: "More people join than", unit: "People in 24 hours" },
  leftAbove: { name: "More people leave than", unit: "People in 24 hours" },
  notEvaluated: { name: "Not evaluated", unit: "Hours" },
};

export const BASES: Record<AlertBase, string> = {
  lastWeek: "A week before",
  fourWeeks: "Median of the last 4 weeks",
};

export const DIRECTIONS: Record<AlertDirection, string> = { both: "Up or down", up: "Up", down: "Down" };

/** As StateLabel has them. */
export const STATES: Record<AlertState, { state: "attention" | "active" | "off"; text: string }> = {
  firing: { state: "attention", text: "Firing" },
  quiet: { state: "active", text: "Quiet" },
  notEnough: { state: "off", text: "Not enough data" },
};

export const TURNS: Record<AlertTurn, string> = { firing: "Fired", resolved: "Over" };

export const watchesChange = (kind: AlertKind) => kind === "changePercent" || kind === "changeAbsolute";

/** When a rule fires: `Size down by 20% or more from a week before`. */
export function ruleText({ kind, threshold, against, direction }: Alert): string {
  const members = pluralize(threshold, "member");
  switch (kind) {
    case "sizeAbove":
      return `More than ${members}`;
    case "sizeBelow":
      return `Fewer than ${members}`;
    case "changePercent":
      return changeText(direction, against, `${formatNumber(threshold)}%`);
    case "changeAbsolute":
      return changeText(direction, against, members);
    case "enteredAbove":
      return `More than ${formatNumber(threshold)} joined in 24 hours`;
    case "leftAbove":
      return `More than ${formatNumber(threshold)} left in 24 hours`;
    case "notEvaluated":
      return `Not evaluated for ${pluralize(threshold, "hour")} or more`;
  }
}

function changeText(direction: AlertDirection | null, against: AlertBase | null, by: string): string {
  const base = against === "fourWeeks" ? "the median of 4 weeks" : "a week before";
  return `Size ${DIRECTIONS[direction ?? "both"].toLowerCase()} by ${by} or more from ${base}`;
}

/** What was seen: `312 members, 402 before (-22.4%)`. */
export function seenText({ kind, observed, base }: Pick<AlertEvent, "kind" | "observed" | "base">): string {
  switch (kind) {
    case "enteredAbove":
      return `${formatNumber(observed)} joined in 24 hours`;
    case "leftAbove":
      return `${formatNumber(observed)} left in 24 hours`;
    case "notEvaluated":
      return `Not evaluated for ${pluralize(observed, "hour")}`;
    default: {
      const members = pluralize(observed, "member");
      if (base === null) return members;
      const change = base === 0 ? "" : ` (${formatRate(((observed - base) / base) * 100)})`;
      return `${members}, ${formatNumber(base)} before${change}`;
    }
  }
}

/** Until when a rule that has fired does not fire again. Nothing if it could. */
export function cooldownEnd({ state, firedAt, cooldownHours }: Alert, now: number): string | undefined {
  if (state === "firing" || firedAt === null) return undefined;
  const end = Date.parse(firedAt) + cooldownHours * 3_600_000;
  return end > now ? new Date(end).toISOString() : undefined;
}
