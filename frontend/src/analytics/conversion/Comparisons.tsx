import type { BeforeEntry, ConversionAnswer, Difference, Others } from "../../api/client.ts";
import { formatNumber, pluralize } from "../../shared/format.ts";
import styles from "../pieces/Analytics.module.css";
import { RateText } from "../pieces/RateText.tsx";
import { clearText, differenceText, intervalText } from "../pieces/rates.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { Section } from "../pieces/Section.tsx";
import { spanText } from "../pieces/spans.ts";

/** The same people before they joined, and everybody else at the same times. */
export function Comparisons({ answer }: { answer: ConversionAnswer }) {
  const { before, others, conversion, within } = answer;
  if (before == null && others == null) return null;
  return (
    <Section title="Compared with">
      <Scroll label="Comparisons">
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col" className={styles.words}>
                Reached the goal
              </th>
              <th scope="col">Difference (95% interval)</th>
              <th scope="col">Is it clear?</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">Those who joined</th>
              <td className={styles.words}>
                <RateText rate={conversion} /> <span className="quiet">({intervalText(conversion)})</span>
              </td>
              <td>
                <span className="quiet">—</span>
              </td>
              <td />
            </tr>
            {before != null && <BeforeRow before={before} span={spanText(within)} />}
            {others != null && <OthersRow others={others} />}
          </tbody>
        </table>
      </Scroll>
      <p className={styles.small}>
        None of this proves a cause: whoever joins a segment also differs from others in other ways.
      </p>
    </Section>
  );
}

function BeforeRow({ before, span }: { before: BeforeEntry; span: string }) {
  const { pairs, beforeOnly, afterOnly, difference } = before;
  return (
    <tr>
      <th scope="row">The same people, in the {span} before</th>
      <td className={styles.words}>
        {pairs === 0
          ? "No one was there long enough before."
          : `Of ${pluralize(pairs, "person", "people")} who ${pairs === 1 ? "was" : "were"} there then, ${formatNumber(beforeOnly)} only before and ${formatNumber(afterOnly)} only after`}
      </td>
      <DifferenceCells difference={difference} />
    </tr>
  );
}

function OthersRow({ others: { conversion, difference } }: { others: Others }) {
  return (
    <tr>
      <th scope="row">Everybody else, at the same times</th>
      <td className={styles.words}>
        <RateText rate={conversion} />{" "}
        {conversion.of > 0 && <span className="quiet">({intervalText(conversion)})</span>}
      </td>
      <DifferenceCells difference={difference} />
    </tr>
  );
}

function DifferenceCells({ difference }: { difference: Difference | null }) {
  if (difference === null) {
    return (
      <>
        <td>
          <span className="quiet">—</span>
        </td>
        <td />
      </>
    );
  }
  return (
    <>
      <td>{differenceText(difference)}</td>
      <td>{clearText(difference)}</td>
    </>
  );
}
