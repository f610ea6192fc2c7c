import { useQuery } from "@tanstack/react-query";
import type { RevenueWithin } from "../../api/client.ts";
import { fieldsQuery } from "../../detail/queries.ts";
import { formatNumber } from "../../shared/format.ts";
import { toMajor } from "../../shared/money.ts";
import styles from "../pieces/Analytics.module.css";
import { Scroll } from "../pieces/Scroll.tsx";

/** What those whose time is over paid, less what they got back. */
export function RevenueTable({ revenue, of }: { revenue: RevenueWithin[]; of: number }) {
  const currencies = useQuery(fieldsQuery).data?.currencies;
  const amount = (minor: number | null, currency: string) => {
    const exponent = currencies?.find(({ code }) => code === currency)?.exponent;
    return minor === null || exponent === undefined ? "—" : toMajor(minor, exponent);
  };
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
