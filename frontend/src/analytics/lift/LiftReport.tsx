import type { LiftAnswer, Rate } from "../../api/client.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { IntervalBar } from "../pieces/IntervalBar.tsx";
import { Notes } from "../pieces/Notes.tsx";
import type { Named } from "../pieces/names.ts";
import { RateText } from "../pieces/RateText.tsx";
import { clearText, differenceText, intervalText } from "../pieces/rates.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { Section } from "../pieces/Section.tsx";
import { Sentences } from "../pieces/Sentences.tsx";
import type { LiftParams } from "./question.ts";
import { balanceText, clearLiftText, groupSentences, liftText, pendingText, verdictText } from "./words.ts";

interface Props {
  answer: LiftAnswer;
  params: LiftParams;
  named: Named;
}

export function LiftReport({ answer, params, named }: Props) {
  const { treated, holdout, balance, notes, asOf } = answer;
  const exporting = { report: "getSegmentLift", params } as const;
  const areCounted = treated.of > 0 && holdout.of > 0;
  return (
    <>
      {balance.unbalanced && <Notes notes={notes} />}
      <Section title="In short">
        <p className={styles.sentence}>{verdictText(answer, named)}</p>
        {areCounted && <Sentences of={groupSentences(answer, named)} />}
        <p className={styles.small}>
          {pendingText(answer)} {balanceText(answer)} Counted as of <Time at={asOf} />.
        </p>
      </Section>
      {!balance.unbalanced && <Notes notes={notes} />}
      <Section title="Groups" action={<ExportButton {...exporting} table="groups" what="groups" />}>
        <Scroll label="Those who got the message and those held out">
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">Who</th>
                <th scope="col">Reached the goal</th>
                <th scope="col">95% interval</th>
                <th scope="col" className={styles.words}>
                  0 to 100%
                </th>
              </tr>
            </thead>
            <tbody>
              <GroupRow name="Got the message" rate={treated} />
              <GroupRow name="Held out" rate={holdout} />
            </tbody>
          </table>
        </Scroll>
      </Section>
      {areCounted && (
        <Section title="Compared" action={<ExportButton {...exporting} table="compared" what="comparison" />}>
          <Compared answer={answer} />
          <p className={styles.small}>
            Lift is the difference as a part of the holdout’s share. It shows a cause only if no one who was held out
            got the message.
          </p>
        </Section>
      )}
    </>
  );
}

function GroupRow({ name, rate }: { name: string; rate: Rate }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <RateText rate={rate} />
      </td>
      <td>{intervalText(rate) ?? <span className="quiet">—</span>}</td>
      <td>
        <IntervalBar rate={rate} />
      </td>
    </tr>
  );
}

/** The difference in points, and as a part of the holdout's share. */
function Compared({ answer: { difference, lift } }: { answer: LiftAnswer }) {
  return (
    <Scroll label="Difference and lift">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">95% interval in parentheses</th>
            <th scope="col">Is it clear?</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Difference</th>
            <td>{difference === null ? <span className="quiet">—</span> : differenceText(difference)}</td>
            <td>{difference !== null && clearText(difference)}</td>
          </tr>
          <tr>
            <th scope="row">Lift</th>
            <td>{lift === null ? <span className="quiet">—</span> : liftText(lift)}</td>
            <td>{lift !== null && clearLiftText(lift)}</td>
          </tr>
        </tbody>
      </table>
    </Scroll>
  );
}
