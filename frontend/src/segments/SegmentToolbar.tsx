import { Button } from "@mantine/core";
import { lazy, Suspense, useEffect, useState } from "react";
import type { ListedSegment } from "../api/client.ts";
import { GROUPS, type ListSearch, type Showing, type Sort } from "../app/routes.ts";
import { actorName } from "../shared/actorName.ts";
import { Chip } from "../shared/Chip.tsx";
import { Choice } from "../shared/Choice.tsx";
import { formatNumber, pluralize } from "../shared/format.ts";
import { listOf, textOf } from "../shared/lists.ts";
import { SearchInput } from "../shared/SearchInput.tsx";
import { groupStyle } from "./groupStyle.ts";
import styles from "./SegmentToolbar.module.css";
import { useListSearch } from "./table/useListSearch.ts";

const SavedViewsDialog = lazy(async () => ({ default: (await import("./SavedViewsDialog.tsx")).SavedViewsDialog }));

const SHOWINGS: { value: Showing; label: string }[] = [
  { value: "all", label: "All" },
  { value: "active", label: "Active" },
  { value: "inactive", label: "Inactive" },
  { value: "attention", label: "Needs attention" },
];

const ORDERS: [Sort, string][] = [
  ["name", "Name"],
  ["-members", "Most members"],
  ["members", "Fewest members"],
  ["-change30", "Grew most in 30 days"],
  ["change30", "Shrank most in 30 days"],
  ["-changed", "Changed last"],
  ["state", "State"],
];

interface Props {
  /** How many segments are found. */
  found: number;
  /** Nothing while they are on their way. */
  segments: ListedSegment[] | undefined;
}

/** Search, filters, order and view. All are in the address, so that a list can be shared. */
export function SegmentToolbar({ found, segments }: Props) {
  const { search, change } = useListSearch();
  const types = listOf(search.type);
  const toggle = (type: string) => (types.includes(type) ? types.filter((other) => other !== type) : [...types, type]);
  return (
    <search className={styles.toolbar}>
      <div className={styles.line}>
        <Search />
        <Choice
          label="Filter segments"
          options={SHOWINGS}
          value={search.show ?? "all"}
          onChange={(show) => change({ show: show === "all" ? undefined : show })}
        />
        <SavedViews />
        <View />
      </div>
      <div className={styles.line}>
        <fieldset className={styles.chips} aria-label="Types">
          {GROUPS.map((type) => (
            <Chip
              key={type}
              isOn={types.includes(type)}
              onClick={() => change({ type: textOf(toggle(type)) || undefined })}
            >
              {groupStyle(type).label}
            </Chip>
          ))}
          <Chip
            isOn={search.synced === "yes"}
            onClick={() => change({ synced: search.synced === "yes" ? undefined : "yes" })}
          >
            Synced
          </Chip>
        </fieldset>
        <LabelFilter
          label="Tag"
          all="Any"
          values={segments?.flatMap(({ tags }) => tags)}
          value={search.tag}
          onChange={(tag) => change({ tag })}
        />
        <LabelFilter
          label="Created by"
          all="Anyone"
          values={segments?.flatMap(({ createdBy }) => createdBy ?? [])}
          nameOf={actorName}
          value={search.creator}
          onChange={(creator) => change({ creator })}
        />
        <Order />
        <span role="status" className={styles.count}>
          {segments !== undefined && countText(found, segments.length)}
        </span>
      </div>
    </search>
  );
}

function Search() {
  const { search, change } = useListSearch();
  const [text, setText] = useState(search.q ?? "");
  // Going back in the browser changes the text too; what is being typed is its own source.
  useEffect(() => setText((typed) => (typed.trim() === (search.q ?? "") ? typed : (search.q ?? ""))), [search.q]);
  function type(next: string) {
    setText(next);
    change({ q: next.trim() === "" ? undefined : next.trim() });
  }
  return (
    <SearchInput
      className={styles.search}
      label="Search segments by name or description"
      placeholder="Search by name or description"
      value={text}
      maxLength={100}
      onChange={type}
    />
  );
}

interface LabelFilterProps {
  label: string;
  all: string;
  /** Those in use. Nothing while they are on their way. */
  values: string[] | undefined;
  nameOf?: (value: string) => string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

/** Up to this many get a chip each. Any more share a list. */
const MOST_CHIPS = 6;

function LabelFilter({ label, all, values = [], nameOf = String, value, onChange }: LabelFilterProps) {
  const known = [...new Set([...values, ...(value === undefined ? [] : [value])])].sort();
  if (known.length === 0) return null;
  if (known.length <= MOST_CHIPS) {
    return (
      <fieldset className={styles.chips} aria-label={label}>
        <span className={styles.name} aria-hidden="true">
          {label}
        </span>
        {known.map((each) => (
          <Chip key={each} isOn={each === value} onClick={() => onChange(each === value ? undefined : each)}>
            <span className="isolated">{nameOf(each)}</span>
          </Chip>
        ))}
      </fieldset>
    );
  }
  return (
    <label className={styles.order}>
      {label}{" "}
      <select
        className={styles.label}
        value={value ?? ""}
        onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
      >
        <option value="">{all}</option>
        {known.map((value) => (
          <option key={value} value={value}>
            {nameOf(value)}
          </option>
        ))}
      </select>
    </label>
  );
}

function SavedViews() {
  const { search, replace } = useListSearch();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button variant="default" size="compact-sm" className={styles.end} onClick={() => setIsOpen(true)}>
        Saved views…
      </Button>
      <Suspense>
        {isOpen && <SavedViewsDialog search={search} onOpen={replace} onClose={() => setIsOpen(false)} />}
      </Suspense>
    </>
  );
}

function View() {
  const { search, change } = useListSearch();
  return (
    <Choice
      label="View"
      options={[
        { value: "table", label: "Table" },
        { value: "cards", label: "Cards" },
      ]}
      value={search.view ?? "table"}
      onChange={(view) => change({ view: view === "cards" ? view : undefined })}
    />
  );
}

/** The table has its order in its head, too. */
function Order() {
  const { search, change } = useListSearch();
  return (
    <>
      <label className={styles.order} data-table={search.view !== "cards"}>
        Sort by{" "}
        <select
          value={search.sort ?? ""}
          onChange={({ currentTarget }) => change({ sort: (currentTarget.value || undefined) as ListSearch["sort"] })}
        >
          <option value="">Type and creation</option>
          {ORDERS.map(([sort, label]) => (
            <option key={sort} value={sort}>
              {label}
            </option>
          ))}
          {search.sort !== undefined && !ORDERS.some(([sort]) => sort === search.sort) && (
            <option value={search.sort}>Another column</option>
          )}
        </select>
      </label>
      {search.view !== "cards" && (
        <Chip
          isOn={search.group === "type"}
          onClick={() => change({ group: search.group === "type" ? undefined : "type" })}
        >
          Group by type
        </Chip>
      )}
    </>
  );
}

function countText(found: number, of: number): string {
  return found === of ? pluralize(of, "segment") : `${formatNumber(found)} of ${pluralize(of, "segment")}`;
}
