import type { CohortsAnswer } from "../../api/client.ts";
import { ShareCell } from "../pieces/ShareCell.tsx";
import { CohortTable } from "./CohortTable.tsx";

/** How many of each cohort did it in each column, and of all cohorts together. */
export function Triangle({ answer }: { answer: CohortsAnswer }) {
  return (
    <CohortTable
      label="Cohorts by column"
      answer={answer}
      cellOf={({ retained }) => <ShareCell rate={retained} />}
      foot={
        <tfoot>
          <tr>
            <th scope="row">All together</th>
            {answer.pooled.map((rate, column) => (
              <td key={column}>{rate !== null && <ShareCell rate={rate} />}</td>
            ))}
          </tr>
        </tfoot>
      }
    />
  );
}
