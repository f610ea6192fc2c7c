import { ariaSort, sortOf } from "./sorting.ts";
import styles from "./Table.module.css";

interface Props {
  columns: readonly string[];
  /** Those of the columns whose values are aligned as numbers. */
  numbers?: readonly string[];
  /** Whether a last column has buttons, and a name for screen readers only. */
  hasActions?: boolean;
  sorting?: Sorting;
}

export interface Sorting {
  /** Of the columns that can be sorted by. */
  keys: Partial<Record<string, string>>;
  /** What they are sorted by now. With a minus, the greatest comes first. */
  sort: string | undefined;
  onSort: (key: string) => void;
}

/** The names of the columns. Roles are given by hand: browsers forget them where rows become cards. */
export function TableHead({ columns, numbers = [], hasActions = false, sorting }: Props) {
  return (
    <thead data-sortable={sorting !== undefined || undefined}>
      <tr role="row">
        {columns.map((column) => (
          <Head key={column} column={column} isNumber={numbers.includes(column)} sorting={sorting} />
        ))}
        {hasActions && (
          <th scope="col" role="columnheader">
            <span className="unseen">Actions</span>
          </th>
        )}
      </tr>
    </thead>
  );
}

function Head({ column, isNumber, sorting }: { column: string; isNumber: boolean; sorting: Sorting | undefined }) {
  const key = sorting?.keys[column];
  const sorted = sorting?.sort === undefined ? undefined : sortOf(sorting.sort);
  const isSorted = key !== undefined && sorted?.key === key;
  return (
    <th
      scope="col"
      role="columnheader"
      data-number={isNumber || undefined}
      aria-sort={isSorted ? ariaSort(sorted.isDescending) : undefined}
    >
      {key === undefined ? (
        column
      ) : (
        <button type="button" className={styles.sort} onClick={() => sorting?.onSort(key)}>
          {column}
          <span aria-hidden="true" className={styles.arrow}>
            {isSorted && (sorted.isDescending ? "↓" : "↑")}
          </span>
        </button>
      )}
    </th>
  );
}
