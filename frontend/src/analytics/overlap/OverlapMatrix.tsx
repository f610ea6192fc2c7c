import type { OverlapAnswer } from "../../api/client.ts";
import { pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import matrix from "../pieces/Matrix.module.css";
import { type Named, nameOf } from "../pieces/names.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { ShareCell } from "../pieces/ShareCell.tsx";
import { matrixOf } from "./words.ts";

/** Each segment against each. */
export function OverlapMatrix({ answer, named }: { answer: OverlapAnswer; named: Named }) {
  const { segments } = answer;
  const rows = matrixOf(answer);
  return (
    <Scroll label="Overlap of each pair">
      <table className={`${styles.table} ${matrix.matrix}`}>
        <thead>
          <tr>
            <th scope="col">Share of ↓ in →</th>
            {segments.map(({ id }) => (
              <th key={id} scope="col">
                {nameOf(id, named)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {segments.map(({ id, size }, place) => (
            <tr key={id}>
              <th scope="row">
                {nameOf(id, named)}
                <small className="quiet">{pluralize(size, "member")}</small>
              </th>
              {segments.map((column, at) => (
                <td key={column.id} data-same={at === place || undefined}>
                  <ShareCell rate={rows[place]?.[at] ?? { part: 0, of: 0 }} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
