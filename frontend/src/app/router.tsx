// Which screen each address shows. The only file that knows the screens.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, notFound } from "@tanstack/react-router";
import type { SegmentGroup } from "../api/client.ts";
import { NotFound } from "./NotFound.tsx";
import {
  isSegmentGroup,
  isSegmentTab,
  parseSearch,
  readActivitySearch,
  readAlertsSearch,
  readCohortsSearch,
  readCompareSearch,
  readComparisonSearch,
  readConversionSearch,
  readEngagementSearch,
  readFlowSearch,
  readForecastSearch,
  readLiftSearch,
  readMoneySearch,
  readOverlapSearch,
  readRunsSearch,
  readSegmentSearch,
  readSyncSearch,
  type SegmentTab,
  stringifySearch,
} from "./routes.ts";
import { FirstLoad, Shell } from "./Shell.tsx";
import { screenRoutes } from "./screenRoutes.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const { manager, create, edit } = screenRoutes(
  root,
  lazyRouteComponent(() => import("../segments/AudienceManager.tsx"), "AudienceManager"),
);

const segment = createRoute({
  getParentRoute: () => root,
  path: "/segments/$type/$value/$tab",
  validateSearch: readSegmentSearch,
  params: {
    parse: ({ type, value, tab }) => ({ type: type as SegmentGroup, value, tab: tab as SegmentTab }),
  },
  beforeLoad: ({ params }) => {
    if (!isSegmentGroup(params.type) || !isSegmentTab(params.tab)) throw notFound();
  },
  component: lazyRouteComponent(() => import("../detail/SegmentPage.tsx"), "SegmentPage"),
});

const people = createRoute({
  getParentRoute: () => root,
  path: "/people",
  component: lazyRouteComponent(() => import("../people/screens.ts"), "PeoplePage"),
});

const person = createRoute({
  getParentRoute: () => root,
  path: "/people/$id",
  component: lazyRouteComponent(() => import("../people/screens.ts"), "PersonPage"),
});

const sync = createRoute({
  getParentRoute: () => root,
  path: "/sync",
  validateSearch: readSyncSearch,
  component: lazyRouteComponent(() => import("../sync/screens.ts"), "SyncPage"),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  validateSearch: readRunsSearch,
  component: lazyRouteComponent(() => import("../runs/screens.ts"), "RunsPage"),
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$runId",
  params: {
    parse: ({ runId }) => ({ runId: Number(runId) }),
  },
  beforeLoad: ({ params }) => {
    if (!Number.isSafeInteger(params.runId) || params.runId < 1) throw notFound();
  },
  component: lazyRouteComponent(() => import("../runs/screens.ts"), "RunPage"),
});

const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  validateSearch: readActivitySearch,
  component: lazyRouteComponent(() => import("../activity/screens.ts"), "ActivityPage"),
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: "/alerts",
  validateSearch: readAlertsSearch,
  component: lazyRouteComponent(() => import("../alerts/screens.ts"), "AlertsPage"),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  component: lazyRouteComponent(() => import("../settings/SettingsPage.tsx"), "SettingsPage"),
});

const tokens = createRoute({
  getParentRoute: () => root,
  path: "/tokens",
  component: lazyRouteComponent(() => import("../settings/screens.ts"), "TokensPage"),
});

const eventNames = createRoute({
  getParentRoute: () => root,
  path: "/event-names",
  component: lazyRouteComponent(() => import("../settings/screens.ts"), "EventNamesPage"),
});

const webhooks = createRoute({
  getParentRoute: () => root,
  path: "/webhooks",
  component: lazyRouteComponent(() => import("../webhooks/WebhooksPage.tsx"), "WebhooksPage"),
});

const analytics = createRoute({
  getParentRoute: () => root,
  path: "/analytics",
  component: lazyRouteComponent(() => import("../analytics/AnalyticsPage.tsx"), "AnalyticsPage"),
});

const conversion = createRoute({
  getParentRoute: () => root,
  path: "/analytics/conversion",
  validateSearch: readConversionSearch,
  component: lazyRouteComponent(() => import("../analytics/conversion/ConversionPage.tsx"), "ConversionPage"),
});

const overlap = createRoute({
  getParentRoute: () => root,
  path: "/analytics/overlap",
  validateSearch: readOverlapSearch,
  component: lazyRouteComponent(() => import("../analytics/overlap/OverlapPage.tsx"), "OverlapPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import("../analytics/compare/ComparePage.tsx"), "ComparePage"),
});

const flow = createRoute({
  getParentRoute: () => root,
  path: "/analytics/flow",
  validateSearch: readFlowSearch,
  component: lazyRouteComponent(() => import("../analytics/flow/FlowPage.tsx"), "FlowPage"),
});

const money = createRoute({
  getParentRoute: () => root,
  path: "/analytics/money",
  validateSearch: readMoneySearch,
  component: lazyRouteComponent(() => import("../analytics/money/MoneyPage.tsx"), "MoneyPage"),
});

const cohorts = createRoute({
  getParentRoute: () => root,
  path: "/analytics/cohorts",
  validateSearch: readCohortsSearch,
  component: lazyRouteComponent(() => import("../analytics/cohorts/CohortsPage.tsx"), "CohortsPage"),
});

const engagement = createRoute({
  getParentRoute: () => root,
  path: "/analytics/engagement",
  validateSearch: readEngagementSearch,
  component: lazyRouteComponent(() => import("../analytics/engagement/EngagementPage.tsx"), "EngagementPage"),
});

const forecast = createRoute({
  getParentRoute: () => root,
  path: "/analytics/forecast",
  validateSearch: readForecastSearch,
  component: lazyRouteComponent(() => import("../analytics/forecast/ForecastPage.tsx"), "ForecastPage"),
});

const lift = createRoute({
  getParentRoute: () => root,
  path: "/analytics/lift",
  validateSearch: readLiftSearch,
  component: lazyRouteComponent(() => import("../analytics/lift/LiftPage.tsx"), "LiftPage"),
});

const comparison = createRoute({
  getParentRoute: () => root,
  path: "/analytics/compare",
  validateSearch: readComparisonSearch,
  component: lazyRouteComponent(() => import("../analytics/comparison/ComparisonPage.tsx"), "ComparisonPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    manager,
    segment,
    people,
    person,
    create,
    edit,
    analytics,
    conversion,
    overlap,
    compare,
    flow,
    money,
    cohorts,
    engagement,
    forecast,
    lift,
    comparison,
    sync,
    runs,
    run,
    activity,
    alerts,
    settings,
    webhooks,
    tokens,
    eventNames,
  ]),
  parseSearch,
  stringifySearch,
  InnerWrap: FirstLoad,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
