interface Props {
  columns: readonly string[];
  /** Those of the columns whose values are aligned as numbers. */
  numbers?: readonly string[];
  /** Whether a last column has buttons, and a name for screen readers only. */
  hasActions?: boolean;
}

/** The names of the columns. Roles are given by hand: browsers forget them where rows become cards. */
export function TableHead({ columns, numbers = [], hasActions = false }: Props) {
  return (
    <thead>
      <tr role="row">
        {columns.map((column) => (
          <th key={column} scope="col" role="columnheader" data-number={numbers.includes(column) || undefined}>
            {column}
          </th>
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
