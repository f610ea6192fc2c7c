import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { DetailSearch } from "../app/routes.ts";

type Change = { [name in keyof DetailSearch]?: DetailSearch[name] | undefined };

/** What is asked about a segment, which is in the address of its page as in that of its dialog. */
export function useDetailSearch() {
  const search: DetailSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = useCallback(
    (next: Change) =>
      void navigate({
        to: ".",
        search: (before) => ({ ...before, ...next }),
        state: true,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return { search, change };
}
