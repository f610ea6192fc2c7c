import type { RevenueLine, RevenueOfCurrency } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import type { Named } from "../pieces/names.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { useAmount } from "../pieces/useAmount.ts";
import { rowsOf } from "./words.ts";

interface Props {
  of: RevenueOfCurrency;
  sumsToTotal: boolean;
  named: Named;
}

/** What each segment had, and the total. */
export function SegmentTable({ of, sumsToTotal, named }: Props) {
  const amount = useAmount();
  return (
    <>
      <Scroll label={`Revenue by segment, in ${of.currency}`}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Segment</th>
              <th scope="col">Paid</th>
              <th scope="col">Refunded</th>
              <th scope="col">Net</th>
              <th scope="col">Purchases</th>
              <th scope="col">Refunds</th>
              <th scope="col">Buyers</th>
              <th scope="col">Net for each member</th>
            </tr>
          </thead>
          <tbody>
            {rowsOf(of, named).map(({ id, name, line, perMemberMinor, isErased }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <Figures line={line} currency={of.currency} isErased={isErased} />
                <td>{amount(perMemberMinor, of.currency)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{sumsToTotal ? "Total" : "Total, not the sum"}</th>
              <Figures line={of.total} currency={of.currency} isErased={false} />
              <td />
            </tr>
          </tfoot>
        </table>
      </Scroll>
      <p className={styles.small}>
        Buyers are counted anew in each row: they don't add up. Net for each member is by the average number of members
        in the range.
      </p>
    </>
  );
}

function Figures({ line, currency, isErased }: { line: RevenueLine; currency: string; isErased: boolean }) {
  const amount = useAmount();
  return (
    <>
      <td>{amount(line.gross, currency)}</td>
      <td>{amount(line.refunded, currency)}</td>
      <td>{amount(line.net, currency)}</td>
      {[line.purchases, line.refunds, line.buyers].map((count, place) => (
        <td key={place}>{isErased ? "—" : formatNumber(count)}</td>
      ))}
    </>
  );
}
