// A page on a route of its own, with answers in place of a server's.
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { parseSearch, stringifySearch } from "../app/routes.ts";
import { testQueryClient } from "./queryClient.ts";

export interface Call {
  method: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they know was sent
  params: any;
}

/** Answers calls. What it throws is the error of the answer; what it never returns is never answered. */
export type Answer = (call: Call) => unknown;

/** In place of `fetch`: gives the calls that were made. */
export function answering(answer: Answer): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (_: string, init: { body: string; signal?: AbortSignal }) => {
    const { id, method, params } = JSON.parse(init.body);
    const call = { method: method.replace("adminAudience.", ""), params };
    calls.push(call);
    try {
      const result = await Promise.race([answer(call), aborted(init.signal)]);
      return new Response(JSON.stringify({ id, result }));
    } catch (error) {
      if (error instanceof DOMException) throw error;
      return new Response(JSON.stringify({ id, error }));
    }
  });
  return calls;
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
  });
}

/** Shows a page at an address. `path` is that of its route. */
export function showPage(
  Page: () => ReactNode,
  path: string,
  readSearch: (search: Record<string, unknown>) => object,
  address: string,
) {
  const root = createRootRoute();
  const route = createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: (search: Record<string, unknown>) => readSearch(search) as Record<string, unknown>,
    component: Page,
  });
  const router = createRouter({
    routeTree: root.addChildren([route]),
    history: createMemoryHistory({ initialEntries: [address] }),
    parseSearch,
    stringifySearch,
  });
  const client = testQueryClient();
  render(
    <QueryClientProvider client={client}>
      <MantineProvider env="test">
        <RouterProvider router={router as never} />
      </MantineProvider>
    </QueryClientProvider>,
  );
  return {
    user: userEvent.setup(),
    history: router.history,
    search: () => new URLSearchParams(router.state.location.searchStr),
    href: () => router.state.location.href,
  };
}

/** The cells of a table, row by row. */
export function cellsOf(table: HTMLElement): string[][] {
  return [...table.querySelectorAll("tr")].map((row) =>
    [...row.children].map(({ textContent }) => (textContent ?? "").trim()),
  );
}
