import { SegmentedControl } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { listRoute, type Showing } from "../app/routes.ts";
import { SearchInput } from "../shared/SearchInput.tsx";
import toolbar from "../shared/Toolbar.module.css";

const SHOWINGS: { value: Showing; label: string }[] = [
  { value: "all", label: "All" },
  { value: "active", label: "Active" },
  { value: "inactive", label: "Inactive" },
];

/** Search and filter. Both are in the address, so that a list can be shared. */
export function SegmentToolbar() {
  const search = listRoute.useSearch();
  const navigate = useNavigate();
  const [text, setText] = useState(search.q ?? "");
  // Going back in the browser changes the text too; what is being typed is its own source.
  useEffect(() => setText((typed) => (typed.trim() === (search.q ?? "") ? typed : (search.q ?? ""))), [search.q]);

  function change(next: { q?: string | undefined; show?: Showing | undefined }) {
    void navigate({ to: ".", search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  }
  function type(next: string) {
    setText(next);
    change({ q: next.trim() === "" ? undefined : next.trim() });
  }

  return (
    <search className={toolbar.toolbar}>
      <SearchInput
        className={toolbar.search}
        label="Search segments by name or description"
        placeholder="Search by name or description"
        value={text}
        maxLength={100}
        onChange={type}
      />
      <SegmentedControl
        aria-label="Filter segments"
        data={SHOWINGS}
        value={search.show ?? "all"}
        onChange={(value) => change({ show: value === "all" ? undefined : (value as Showing) })}
      />
    </search>
  );
}
