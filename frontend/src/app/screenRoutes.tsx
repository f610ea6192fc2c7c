// The routes of the three screens: the list, a segment above it, and the creator.
import {
  createRoute,
  lazyRouteComponent,
  notFound,
  type Register,
  type RootRoute,
  type RouteComponent,
} from "@tanstack/react-router";
import type { SegmentGroup } from "../api/client.ts";
import { isSegmentGroup, readDetailSearch, readListSearch, readNewSearch } from "./routes.ts";

declare module "@tanstack/history" {
  interface HistoryState {
    /** The list is what Back leads to. */
    isFromList?: boolean;
  }
}

/** `Manager` is the list, or what else is behind the detail. */
export function screenRoutes(root: RootRoute<Register>, Manager: RouteComponent) {
  const manager = createRoute({
    getParentRoute: () => root,
    id: "manager",
    component: Manager,
    validateSearch: readListSearch,
  });
  const list = createRoute({ getParentRoute: () => manager, path: "/" });
  const detail = createRoute({
    getParentRoute: () => manager,
    path: "/segments/$type/$value",
    validateSearch: readDetailSearch,
    params: {
      parse: ({ type, value }) => ({ type: type as SegmentGroup, value }),
    },
    beforeLoad: ({ params }) => {
      if (!isSegmentGroup(params.type)) throw notFound();
    },
    component: lazyRouteComponent(() => import("../detail/SegmentDetailModal.tsx"), "SegmentDetailModal"),
  });
  const create = createRoute({
    getParentRoute: () => root,
    path: "/segments/new",
    validateSearch: readNewSearch,
    component: lazyRouteComponent(() => import("../creator/CustomSegmentCreator.tsx"), "CustomSegmentCreator"),
  });
  const edit = createRoute({
    getParentRoute: () => root,
    path: "/segments/$id/edit",
    component: lazyRouteComponent(() => import("../creator/CustomSegmentCreator.tsx"), "CustomSegmentEditor"),
  });
  return { manager: manager.addChildren([list, detail]), create, edit };
}
