import type { FlowAnswer } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import matrix from "../pieces/Matrix.module.css";
import type { Named } from "../pieces/names.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { ShareCell } from "../pieces/ShareCell.tsx";
import { WhoLink } from "./WhoLink.tsx";
import { columnTotalOf, shownStates, stateName, totalOf, whoIn } from "./words.ts";

interface Props {
  answer: FlowAnswer;
  /** Which step. */
  place: number;
  named: Named;
  /** Called when somebody asks who is in a cell. */
  onChoose: () => void;
}

/** Where people were before, and where they were after. */
export function FlowMatrix({ answer, place, named, onChoose }: Props) {
  const { states } = answer;
  const step = answer.steps[place];
  if (step === undefined) return null;
  const shown = shownStates(answer);
  const nameAt = (state: number) => stateName(states[state] ?? "", named);
  return (
    <Scroll label={`Moves, step ${place + 1}`}>
      <table className={`${styles.table} ${matrix.matrix}`}>
        <thead>
          <tr>
            <th scope="col">Before ↓ after →</th>
            {shown.map((state) => (
              <th key={state} scope="col">
                {nameAt(state)}
              </th>
            ))}
            <th scope="col">All</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row}>
              <th scope="row">{nameAt(row)}</th>
              {shown.map((column) => {
                const rate = step.matrix[row]?.[column] ?? { part: 0, of: 0 };
                const who = whoIn(states, step, row, column);
                return (
                  <td key={column} data-same={row === column || undefined}>
                    <ShareCell rate={rate}>
                      {who !== undefined && (
                        <WhoLink
                          step={place}
                          who={who}
                          label={`${formatNumber(rate.part)}: who was in ${nameAt(row)}, then in ${nameAt(column)}?`}
                          onChoose={onChoose}
                        >
                          {formatNumber(rate.part)}
                        </WhoLink>
                      )}
                    </ShareCell>
                  </td>
                );
              })}
              <td>
                <strong>{formatNumber(totalOf(step, row))}</strong>
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">All</th>
            {shown.map((column) => (
              <td key={column}>{formatNumber(columnTotalOf(step, column))}</td>
            ))}
            <td>{formatNumber(answer.population)}</td>
          </tr>
        </tfoot>
      </table>
    </Scroll>
  );
}
