// The addresses of the console and the search params they may carry. Screens import this file and never router.tsx, which
// imports the screens.
import { getRouteApi } from "@tanstack/react-router";
import type { SegmentGroup, SuppressionReason } from "../api/client.ts";
import { listOf, textOf } from "../shared/lists.ts";
import type { SortBy } from "../shared/sorting.ts";

export type Showing = "all" | "active" | "inactive" | "attention";
/** What the list is sorted by. */
export type Sort = SortBy<SortKey>;
export type SortKey = (typeof SORT_KEYS)[number];
/** What the people of a segment are sorted by: their columns, or the time of a movement. */
export type PeopleSort = SortBy<PeopleSortKey>;
export type PeopleSortKey = (typeof PEOPLE_SORT_KEYS)[number];
export type Period = 7 | 30 | 90;
export type PageSize = (typeof PAGE_SIZES)[number];
export type Panel = "members" | "excluded";

export interface ListSearch {
  q?: string;
  show?: Showing;
  /** The groups that are listed, separated by commas. All if it is missing. */
  type?: string;
  /** Only segments that are synced. */
  synced?: "yes";
  tag?: string;
  /** Who created a segment. */
  creator?: string;
  sort?: Sort;
  /** Whether segments of a type are listed together. */
  group?: "type";
  /** A table if it is missing. */
  view?: "cards";
}

export interface DetailSearch {
  days?: Period;
  page?: number;
  /** How many people a page has. 20 if it is missing. */
  size?: PageSize;
  panel?: Panel;
  /** How the people are sorted. Not `sort`, which is that of the list behind a dialog. */
  order?: PeopleSort;
  /** Which mails count. All to members if it is missing. */
  mail?: "addressed";
}

export interface SyncSearch {
  reason?: SuppressionReason;
}

export type AlertsSearch = Texts<(typeof ALERTS)[number]>;
export type ActivitySearch = Texts<(typeof ACTIVITY)[number]>;
export type RunsSearch = Texts<(typeof RUNS)[number]>;
export type CompareSearch = Texts<(typeof COMPARE)[number]>;
export type NewSearch = Texts<(typeof NEW)[number]>;
export type ConversionSearch = Texts<(typeof CONVERSION)[number]>;
export type OverlapSearch = Texts<(typeof OVERLAP)[number]>;
export type MoneySearch = Texts<(typeof MONEY)[number]>;
export type CohortsSearch = Texts<(typeof COHORTS)[number]>;
export type EngagementSearch = Texts<(typeof ENGAGEMENT)[number]>;
export type ForecastSearch = Texts<(typeof FORECAST)[number]>;
export type LiftSearch = Texts<(typeof LIFT)[number]>;
export type ComparisonSearch = Texts<(typeof COMPARISON)[number]>;
export type FlowSearch = Texts<(typeof FLOW)[number]>;

/** What a segment's page is asked. */
export type SegmentSearch = DetailSearch &
  Omit<ConversionSearch, "segment"> &
  Omit<EngagementSearch, "segments"> &
  Omit<MoneySearch, "family" | "segments">;

/** The tabs of a segment's page, in their order. */
export const SEGMENT_TABS = {
  overview: "Overview",
  members: "Members",
  joined: "Joined",
  left: "Left",
  excluded: "Excluded",
  included: "Added by hand",
  conversion: "Conversion",
  engagement: "Engagement",
  money: "Money",
  definition: "Definition",
  sync: "Sync",
  activity: "Activity",
} as const;
export type SegmentTab = keyof typeof SEGMENT_TABS;

/** How many segments can be compared on one page. */
export const COMPARED = { least: 2, most: 6 } as const;

type Search = Record<string, unknown>;
type Texts<Name extends string> = { [name in Name]?: string | undefined };

/** The alert whose history is shown. */
const ALERTS = ["alert"] as const;
const ACTIVITY = ["who", "what", "segment", "user", "from", "to"] as const;
const RUNS = ["state", "mode"] as const;
const COMPARE = ["segments"] as const;
/**
 * What a new segment begins with: who is in all of these segments, in any, in none; or who leaves or enters one within so
 * many days if nobody does anything.
 */
const NEW = ["all", "any", "none", "leaves", "enters", "days"] as const;
/** A goal of some kind with what it has to be told, or the id of a saved one. */
const GOAL = ["goal", "event", "provider", "enter"] as const;
const CONVERSION = ["segment", ...GOAL, "within", "from", "to", "by"] as const;
const OVERLAP = ["segments", "at"] as const;
const MONEY = ["family", "segments", "model", "basis", "within", "from", "to", "by"] as const;
const COHORTS = [
  "start",
  "name",
  "segment",
  "measure",
  ...GOAL,
  "by",
  "clock",
  "mode",
  "columns",
  "from",
  "to",
] as const;
const ENGAGEMENT = ["segments", "activity", "from", "to", "by"] as const;
const FORECAST = ["segment", "kind", "days", "who"] as const;
const LIFT = ["segment", "first", "last", ...GOAL, "within", "from", "to"] as const;
const COMPARISON = ["a", "b", "activity", ...GOAL, "within", "from", "to"] as const;
const FLOW = ["family", "segments", "at", "step", "who", "shown"] as const;

export const GROUPS: readonly SegmentGroup[] = ["plan", "lifecycle", "behavior", "certification", "custom"];
export const SORT_KEYS = [
  "name",
  "members",
  "change7",
  "change30",
  "trend",
  "state",
  "changed",
  "createdBy",
  "editedBy",
  "sync",
] as const;
export const PEOPLE_SORT_KEYS = ["name", "lastActivityAt", "addedAt", "at"] as const;
export const PAGE_SIZES = [20, 50, 100] as const;
const SHOWINGS: readonly unknown[] = ["active", "inactive", "attention"] satisfies Showing[];
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
export const segmentRoute = getRouteApi("/segments/$type/$value/$tab");
export const personRoute = getRouteApi("/people/$id");
export const newRoute = getRouteApi("/segments/new");
export const compareRoute = getRouteApi("/compare");
export const editRoute = getRouteApi("/segments/$id/edit");
export const syncRoute = getRouteApi("/sync");
export const alertsRoute = getRouteApi("/alerts");
export const activityRoute = getRouteApi("/activity");
export const runsRoute = getRouteApi("/runs");
export const runRoute = getRouteApi("/runs/$runId");
export const conversionRoute = getRouteApi("/analytics/conversion");
export const overlapRoute = getRouteApi("/analytics/overlap");
export const moneyRoute = getRouteApi("/analytics/money");
export const cohortsRoute = getRouteApi("/analytics/cohorts");
export const engagementRoute = getRouteApi("/analytics/engagement");
export const forecastRoute = getRouteApi("/analytics/forecast");
export const liftRoute = getRouteApi("/analytics/lift");
export const comparisonRoute = getRouteApi("/analytics/compare");
export const flowRoute = getRouteApi("/analytics/flow");

export function isSegmentGroup(type: string): type is SegmentGroup {
  return (GROUPS as readonly string[]).includes(type);
}

export function isSegmentTab(tab: string): tab is SegmentTab {
  return tab in SEGMENT_TABS;
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

const readLabels = readTexts(["tag", "creator"]);

/** Drops whatever else is in the address. */
export function readListSearch({ q, show, type, synced, tag, creator, sort, group, view }: Search): ListSearch {
  const types = typeof type === "string" ? listOf(type).filter(isSegmentGroup) : [];
  return {
    ...(typeof q === "string" && q !== "" ? { q: q.slice(0, MAX_QUERY_LENGTH) } : {}),
    ...(SHOWINGS.includes(show) ? { show: show as Showing } : {}),
    ...(types.length > 0 ? { type: textOf(types) } : {}),
    ...(synced === "yes" ? { synced } : {}),
    ...readLabels({ tag, creator }),
    ...(isSortBy(SORT_KEYS, sort) ? { sort } : {}),
    ...(group === "type" ? { group } : {}),
    ...(view === "cards" ? { view } : {}),
  };
}

function isSortBy<Key extends string>(keys: readonly Key[], sort: unknown): sort is SortBy<Key> {
  return typeof sort === "string" && (keys as readonly string[]).includes(sort.replace(/^-/, ""));
}

/** Drops whatever else is in the address. */
export function readDetailSearch(search: Search): DetailSearch {
  const [days, page] = [Number(search.days), Number(search.page)];
  const size = PAGE_SIZES.find((size) => size !== 20 && size === Number(search.size));
  return {
    ...(days === 7 || days === 90 ? { days } : {}),
    ...(Number.isSafeInteger(page) && page > 1 ? { page } : {}),
    ...(size === undefined ? {} : { size }),
    ...(search.panel === "excluded" ? { panel: "excluded" } : {}),
    ...(isSortBy(PEOPLE_SORT_KEYS, search.order) ? { order: search.order } : {}),
    ...(search.mail === "addressed" ? { mail: "addressed" } : {}),
  };
}

/** Drops whatever else is in the address. */
export function readSyncSearch({ reason }: Search): SyncSearch {
  return REASONS.includes(reason) ? { reason: reason as SuppressionReason } : {};
}

export const readAlertsSearch = readTexts(ALERTS);
export const readActivitySearch = readTexts(ACTIVITY);
export const readRunsSearch = readTexts(RUNS);
export const readCompareSearch = readTexts(COMPARE);
export const readNewSearch = readTexts(NEW);
export const readConversionSearch = readTexts(CONVERSION);
export const readOverlapSearch = readTexts(OVERLAP);
export const readMoneySearch = readTexts(MONEY);
export const readCohortsSearch = readTexts(COHORTS);
export const readEngagementSearch = readTexts(ENGAGEMENT);
export const readForecastSearch = readTexts(FORECAST);
export const readLiftSearch = readTexts(LIFT);
export const readComparisonSearch = readTexts(COMPARISON);
export const readFlowSearch = readTexts(FLOW);

/** Drops whatever else is in the address. */
export function readSegmentSearch(search: Search): SegmentSearch {
  const asked = { ...search, segment: undefined, segments: undefined, family: undefined };
  return {
    ...readConversionSearch(asked),
    ...readEngagementSearch(asked),
    ...readMoneySearch(asked),
    ...readDetailSearch(search),
  };
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
