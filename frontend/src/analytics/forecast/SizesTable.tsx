import { useQuery } from "@tanstack/react-query";
import type { ForecastSize } from "../../api/client.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { formatNumber, formatSigned } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { type Named, nameOf } from "../pieces/names.ts";
import { Scroll } from "../pieces/Scroll.tsx";

/** The expected size of each segment of the type, beside the size now. */
export function SizesTable({ sizes, named }: { sizes: ForecastSize[]; named: Named }) {
  const listed = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <Scroll label="Expected sizes">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Segment</th>
            <th scope="col">Now</th>
            <th scope="col">Expected</th>
            <th scope="col">Change</th>
          </tr>
        </thead>
        <tbody>
          {sizes.map(({ id, size }) => {
            const now = listed.find((segment) => segment.id === id)?.userCount;
            return (
              <tr key={id}>
                <th scope="row">{nameOf(id, named)}</th>
                <td>{now === undefined ? <span className="quiet">—</span> : formatNumber(now)}</td>
                <td>{formatNumber(size)}</td>
                <td>{now === undefined ? <span className="quiet">—</span> : formatSigned(size - now)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
