import type { CohortsAnswer } from "../../api/client.ts";
import styles from "../pieces/Analytics.module.css";
import { useAmount } from "../pieces/useAmount.ts";
import { CohortTable } from "./CohortTable.tsx";

/** What each cohort paid, less what it got back. */
export function RevenueTriangle({ answer }: { answer: CohortsAnswer }) {
  const amount = useAmount();
  const cells = answer.cohorts.flatMap(({ cells }) => cells);
  const currencies = [...new Set(cells.flatMap((cell) => cell?.revenue?.map(({ currency }) => currency) ?? []))].sort();
  if (currencies.length === 0) return <p className={styles.small}>No one paid anything.</p>;
  return (
    <>
      {currencies.map((currency) => (
        <CohortTable
          key={currency}
          label={`Revenue of cohorts in ${currency}`}
          answer={answer}
          cellOf={({ revenue }) => {
            const found = revenue?.find((of) => of.currency === currency);
            return (
              <>
                <strong>{amount(found?.netMinor ?? 0, currency)}</strong>
                <small>
                  {amount(found?.cumulatedMinor ?? 0, currency)} {currency} by then
                </small>
              </>
            );
          }}
        />
      ))}
      <p className={styles.small}>Each cell: net of refunds in the column, and of all columns up to this one.</p>
    </>
  );
}
