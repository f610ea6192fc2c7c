import type { ReactNode } from "react";
import type { CohortCell, CohortsAnswer } from "../../api/client.ts";
import { pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import matrix from "../pieces/Matrix.module.css";
import { periodText } from "../pieces/periods.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { columnText } from "./words.ts";

interface Props {
  label: string;
  answer: CohortsAnswer;
  /** What stands in a cell. */
  cellOf: (cell: CohortCell) => ReactNode;
  /** The last row. */
  foot?: ReactNode;
}

/** A row for each cohort. What is not over for everyone yet is hatched and marked; what nobody can know is empty. */
export function CohortTable({ label, answer, cellOf, foot }: Props) {
  const { cohorts, pooled, by, zone } = answer;
  return (
    <Scroll label={label}>
      <table className={`${styles.table} ${matrix.matrix}`}>
        <thead>
          <tr>
            <th scope="col">Began</th>
            {pooled.map((_, column) => (
              <th key={column} scope="col">
                {columnText(column, by)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohorts.map(({ start, size, cells }) => (
            <tr key={start}>
              <th scope="row">
                <span className={styles.unbroken}>{periodText(start, zone)}</span>
                <small className="quiet">{pluralize(size, "person", "people")}</small>
              </th>
              {cells.map((cell, column) => (
                <td key={column} data-hatched={cell?.complete === false || undefined}>
                  {cell !== null && cellOf(cell)}
                  {cell?.complete === false && <small className={styles.soFar}>so far</small>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot}
      </table>
    </Scroll>
  );
}
