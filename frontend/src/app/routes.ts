// The addresses of the console and the search params they may carry. Screens import this file and never router.tsx, which
// imports the screens.
import { getRouteApi } from "@tanstack/react-router";
import type { SegmentGroup, SuppressionReason } from "../api/client.ts";

export type Showing = "all" | "active" | "inactive";
export type Period = 7 | 30 | 90;
export type Panel = "members" | "excluded";

export interface ListSearch {
  q?: string;
  show?: Showing;
}

export interface DetailSearch {
  days?: Period;
  page?: number;
  panel?: Panel;
  /** Which mails count. All to members if it is missing. */
  mail?: "addressed";
}

export interface SyncSearch {
  reason?: SuppressionReason;
}

type Search = Record<string, unknown>;

const GROUPS: readonly string[] = ["plan", "lifecycle", "behavior", "certification", "custom"] satisfies SegmentGroup[];
const REASONS: readonly unknown[] = [
  "unsubscribed",
  "complained",
  "bounced",
  "manual",
  "deleted",
] satisfies SuppressionReason[];
const MAX_QUERY_LENGTH = 100;

/** The list stays behind the detail, so both are below this route and share its search. */
export const listRoute = getRouteApi("/manager");
export const detailRoute = getRouteApi("/manager/segments/$type/$value");
export const editRoute = getRouteApi("/segments/$id/edit");
export const syncRoute = getRouteApi("/sync");

export function isSegmentGroup(type: string): type is SegmentGroup {
  return GROUPS.includes(type);
}

/** Drops whatever else is in the address. */
export function readListSearch({ q, show }: Search): ListSearch {
  return {
    ...(typeof q === "string" && q !== "" ? { q: q.slice(0, MAX_QUERY_LENGTH) } : {}),
    ...(show === "active" || show === "inactive" ? { show } : {}),
  };
}

/** Drops whatever else is in the address. */
export function readDetailSearch(search: Search): DetailSearch {
  const [days, page] = [Number(search.days), Number(search.page)];
  return {
    ...(days === 7 || days === 90 ? { days } : {}),
    ...(Number.isSafeInteger(page) && page > 1 ? { page } : {}),
    ...(search.panel === "excluded" ? { panel: "excluded" } : {}),
    ...(search.mail === "addressed" ? { mail: "addressed" } : {}),
  };
}

/** Drops whatever else is in the address. */
export function readSyncSearch({ reason }: Search): SyncSearch {
  return REASONS.includes(reason) ? { reason: reason as SuppressionReason } : {};
}

/** Plain names and values, where the router would write JSON. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Search): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
