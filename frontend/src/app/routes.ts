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

export type ConversionSearch = Texts<(typeof CONVERSION)[number]>;
export type OverlapSearch = Texts<(typeof OVERLAP)[number]>;
export type FlowSearch = Texts<(typeof FLOW)[number]>;

type Search = Record<string, unknown>;
type Texts<Name extends string> = { [name in Name]?: string | undefined };

const CONVERSION = ["segment", "goal", "event", "provider", "enter", "within", "from", "to", "by"] as const;
const OVERLAP = ["segments", "at"] as const;
const FLOW = ["family", "segments", "at", "step", "who", "shown"] as const;

const GROUPS: readonly string[] = ["plan", "lifecycle", "behavior", "certification", "custom"] satisfies SegmentGroup[];
const REASONS: readonly unknown[] = [
  "unsubscribed",
  "complained",
  "bounced",
  "manual",
  "deleted",
] satisfies SuppressionReason[];
const MAX_QUERY_LENGTH = 100;
/** As long as fifty segments. */
const MAX_TEXT_LENGTH = 4_000;

/** The list stays behind the detail, so both are below this route and share its search. */
export const listRoute = getRouteApi("/manager");
export const detailRoute = getRouteApi("/manager/segments/$type/$value");
export const editRoute = getRouteApi("/segments/$id/edit");
export const syncRoute = getRouteApi("/sync");
export const conversionRoute = getRouteApi("/analytics/conversion");
export const overlapRoute = getRouteApi("/analytics/overlap");
export const flowRoute = getRouteApi("/analytics/flow");

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

/** Texts of these names. What is wrong with one is said at its field. */
const readTexts =
  <Name extends string>(names: readonly Name[]) =>
  (search: Search): Texts<Name> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const text = search[name];
        return typeof text === "string" && text !== "" ? [[name, text.slice(0, MAX_TEXT_LENGTH)]] : [];
      }),
    ) as Texts<Name>;

export const readConversionSearch = readTexts(CONVERSION);
export const readOverlapSearch = readTexts(OVERLAP);
export const readFlowSearch = readTexts(FLOW);

/** Plain names and values, where the router would write JSON. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Search): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
