import type { RevenueWithin } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { Scroll } from "../pieces/Scroll.tsx";
import { useAmount } from "../pieces/useAmount.ts";

/** What those whose time is over paid, less what they got back. */
export function RevenueTable({ revenue, of }: { revenue: RevenueWithin[]; of: number }) {
  const amount = useAmount();
  return (
    <Scroll label="Revenue by currency">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Currency</th>
            <th scope="col">Net of refunds</th>
            <th scope="col">For each of {formatNumber(of)}</th>
          </tr>
        </thead>
        <tbody>
          {revenue.map(({ currency, minor, perEntrantMinor }) => (
            <tr key={currency}>
              <th scope="row">{currency}</th>
              <td>{amount(minor, currency)}</td>
              <td>{amount(perEntrantMinor, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
