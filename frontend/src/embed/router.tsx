import { createRootRoute, createRouter, Outlet, type RouteComponent, type RouterHistory } from "@tanstack/react-router";
import { parseSearch, stringifySearch } from "../app/routes.ts";
import { screenRoutes } from "../app/screenRoutes.tsx";

/** The screens by their addresses in memory. `Manager` is the list, or what else is behind the detail. */
export function embeddedRouter(history: RouterHistory, Manager: RouteComponent) {
  const root = createRootRoute({ component: Outlet });
  const { manager, create, edit } = screenRoutes(root, Manager);
  return keepingDevtools(() =>
    createRouter({
      routeTree: root.addChildren([manager, create, edit]),
      history,
      parseSearch,
      stringifySearch,
      defaultPreload: "intent",
    }),
  );
}

/** A router tells the tools of developers about itself, in place of the router of the app around it. */
function keepingDevtools<T>(create: () => T): T {
  const before = window.__TSR_ROUTER__;
  const router = create();
  window.__TSR_ROUTER__ = before;
  return router;
}
