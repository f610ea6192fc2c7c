import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { type ListSearch, listRoute } from "../../app/routes.ts";

type Change = { [name in keyof ListSearch]?: ListSearch[name] | undefined };

/** What the list is asked for, which is in the address, and ways to change some of it or all. */
export function useListSearch() {
  const search = listRoute.useSearch();
  const navigate = useNavigate();
  const change = useCallback(
    (next: Change) =>
      void navigate({ to: ".", search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false }),
    [navigate],
  );
  const replace = useCallback(
    (search: ListSearch) => void navigate({ to: ".", search, replace: true, resetScroll: false }),
    [navigate],
  );
  return { search, change, replace };
}
