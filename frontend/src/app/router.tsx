// The addresses of the console. What may be in one is read here, once; whatever else stands there is dropped.
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, notFound } from "@tanstack/react-router";
import type { SegmentGroup } from "../api/client.ts";
import { AudienceManager } from "../segments/AudienceManager.tsx";
import { NotThere } from "./NotThere.tsx";
import { Shell } from "./Shell.tsx";
import { readAddress, writeAddress } from "./search.ts";

export type Showing = "all" | "active" | "inactive";
export type Period = 7 | 30 | 90;
export type Panel = "members" | "excluded";

const GROUPS: readonly string[] = ["plan", "lifecycle", "behavior", "certification", "custom"] satisfies SegmentGroup[];

const root = createRootRoute({ component: Shell, notFoundComponent: NotThere });

/** The list stays behind the detail, with its own search in the address. */
export const manager = createRoute({
  getParentRoute: () => root,
  id: "manager",
  component: AudienceManager,
  validateSearch: (search: Record<string, unknown>): { q?: string; show?: Showing } => ({
    ...(typeof search.q === "string" && search.q !== "" ? { q: search.q.slice(0, 100) } : {}),
    ...(search.show === "active" || search.show === "inactive" ? { show: search.show } : {}),
  }),
});

const list = createRoute({ getParentRoute: () => manager, path: "/" });

export const detail = createRoute({
  getParentRoute: () => manager,
  path: "/segments/$type/$value",
  validateSearch: (search: Record<string, unknown>): { days?: Period; page?: number; panel?: Panel } => {
    const page = Number(search.page);
    return {
      ...(search.days === "7" || search.days === 7 ? { days: 7 as const } : {}),
      ...(search.days === "90" || search.days === 90 ? { days: 90 as const } : {}),
      ...(Number.isSafeInteger(page) && page > 1 ? { page } : {}),
      ...(search.panel === "excluded" ? { panel: "excluded" as const } : {}),
    };
  },
  params: {
    parse: ({ type, value }) => ({ type: type as SegmentGroup, value }),
  },
  beforeLoad: ({ params }) => {
    if (!GROUPS.includes(params.type)) throw notFound();
  },
  component: lazyRouteComponent(() => import("../detail/SegmentDetailModal.tsx"), "SegmentDetailModal"),
});

const creator = lazyRouteComponent(() => import("../creator/CustomSegmentCreator.tsx"), "CustomSegmentCreator");
export const create = createRoute({ getParentRoute: () => root, path: "/segments/new", component: creator });
export const edit = createRoute({
  getParentRoute: () => root,
  path: "/segments/$id/edit",
  component: lazyRouteComponent(() => import("../creator/CustomSegmentCreator.tsx"), "CustomSegmentEditor"),
});

export const router = createRouter({
  routeTree: root.addChildren([manager.addChildren([list, detail]), create, edit]),
  parseSearch: readAddress,
  stringifySearch: writeAddress,
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
