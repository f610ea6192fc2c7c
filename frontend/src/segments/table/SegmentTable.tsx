import { lazy, Suspense, useMemo, useRef } from "react";
import type { ListedSegment } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import { ariaSort, sortOf } from "../../shared/sorting.ts";
import { COLUMNS } from "./columns.ts";
import type { Listed } from "./listed.ts";
import { SegmentRow } from "./SegmentRow.tsx";
import styles from "./SegmentTable.module.css";
import { linesOf, nextSortOfList } from "./sortListed.ts";
import { useListSearch } from "./useListSearch.ts";
import { useNearRows } from "./useNearRows.ts";
import { useSelected, useSelection } from "./useSelection.ts";

const BulkActions = lazy(async () => ({ default: (await import("../BulkActions.tsx")).BulkActions }));

interface Props {
  segments: ListedSegment[];
  /** Those that are found, in their order. */
  found: Listed[];
  /** The clock of the last run that succeeded. */
  lastRunAt: string | undefined;
}

/** A row for each segment. Only those near what is seen are drawn, and the one with the focus. */
export function SegmentTable({ segments, found, lastRunAt }: Props) {
  const { search } = useListSearch();
  const lines = useMemo(() => linesOf(found, search.group === "type"), [found, search.group]);
  const selected = useSelected();
  const body = useRef<HTMLTableSectionElement>(null);
  const { rows, height, keep } = useNearRows(lines, body);
  return (
    <>
      <table
        className={styles.table}
        role="table"
        aria-label="Segments"
        aria-rowcount={lines.length + 1}
        data-synced={found.some(({ sync }) => sync !== undefined)}
      >
        <Head found={found} />
        <tbody ref={body} className={styles.body} style={{ height }} onFocus={keep}>
          {rows.map(({ index, key, start, measure }) => {
            const line = lines[index];
            const place = {
              ref: measure,
              "data-index": index,
              "aria-rowindex": index + 2,
              // Not a transform, which would put menus below the rows that follow.
              style: { top: start },
            };
            if (line === undefined) return null;
            return line.kind === "group" ? (
              <tr key={key} role="row" className={styles.group} {...place}>
                <th role="rowheader" scope="row">
                  {line.label} <span className="quiet">{formatNumber(line.count)}</span>
                </th>
              </tr>
            ) : (
              <SegmentRow
                key={key}
                place={place}
                item={line.item}
                lastRunAt={lastRunAt}
                isSelected={selected.has(line.item.segment.id)}
              />
            );
          })}
        </tbody>
      </table>
      <Suspense>{selected.size > 0 && <BulkActions segments={segments} />}</Suspense>
    </>
  );
}

function Head({ found }: { found: Listed[] }) {
  const { search, change } = useListSearch();
  const selected = useSelected();
  const { select } = useSelection();
  const ids = found.map(({ segment }) => segment.id);
  const areAll = ids.length > 0 && ids.every((id) => selected.has(id));
  const sorted = search.sort === undefined ? undefined : sortOf(search.sort);
  return (
    <thead className={styles.head}>
      <tr role="row" aria-rowindex={1}>
        <th role="columnheader" scope="col" data-column="select">
          <input
            type="checkbox"
            aria-label="Select all segments listed"
            checked={areAll}
            ref={(box) => {
              if (box !== null) box.indeterminate = !areAll && ids.some((id) => selected.has(id));
            }}
            onChange={() => select(ids, !areAll)}
          />
        </th>
        {COLUMNS.map(({ key, label, isNumber, hint }) => (
          <th
            key={key}
            role="columnheader"
            scope="col"
            data-column={key}
            data-number={isNumber}
            title={hint}
            aria-sort={sorted?.key !== key ? undefined : ariaSort(sorted.isDescending)}
          >
            <button type="button" onClick={() => change({ sort: nextSortOfList(key, search.sort) })}>
              {label}
              <span aria-hidden="true" className={styles.arrow}>
                {sorted?.key === key && (sorted.isDescending ? "↓" : "↑")}
              </span>
            </button>
          </th>
        ))}
        <th role="columnheader" scope="col" data-column="actions">
          <span className="unseen">Actions</span>
        </th>
      </tr>
    </thead>
  );
}
