import type { CompareSegmentsAnswer, TwoRates } from "../../api/client.ts";
import { formatNumber } from "../../shared/format.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { Notes } from "../pieces/Notes.tsx";
import { type Named, nameOf } from "../pieces/names.ts";
import { RateText } from "../pieces/RateText.tsx";
import { clearText, differenceText, intervalText } from "../pieces/rates.ts";
import { Scroll } from "../pieces/Scroll.tsx";
import { Section } from "../pieces/Section.tsx";
import { Sentences } from "../pieces/Sentences.tsx";
import { useAmount } from "../pieces/useAmount.ts";
import type { ComparisonParams } from "./question.ts";
import { RatesLegend, RatesPlot } from "./RatesPlot.tsx";
import { commonText, ratesOf, sentencesOf } from "./words.ts";

interface Props {
  answer: CompareSegmentsAnswer;
  params: ComparisonParams;
  named: Named;
}

export function ComparisonReport({ answer, params, named }: Props) {
  const { notes, asOf, zone, netPerMember } = answer;
  const exporting = { report: "compareSegments", params } as const;
  const hasMoney = netPerMember.a.length + netPerMember.b.length > 0;
  return (
    <>
      <Section title="In short">
        <Sentences of={sentencesOf(answer, named)} />
        <p className={styles.small}>
          {commonText(answer)} Counted as of <Time at={asOf} />, in {zone}.
        </p>
      </Section>
      <Notes notes={notes} />
      <Section title="Rates" action={<ExportButton {...exporting} table="rates" what="rates" />}>
        <Rates answer={answer} named={named} />
        <RatesLegend a={nameOf(answer.a, named)} b={nameOf(answer.b, named)} />
        <p className={styles.small}>
          Active members are those of the start of the range. None of this proves a cause: members of one segment also
          differ from those of the other in other ways.
        </p>
      </Section>
      <Section title="Figures" action={<ExportButton {...exporting} table="figures" what="figures" />}>
        <Figures answer={answer} named={named} />
      </Section>
      {hasMoney && (
        <Section title="Money" action={<ExportButton {...exporting} table="money" what="money" />}>
          <Money answer={answer} named={named} />
        </Section>
      )}
    </>
  );
}

function Rates({ answer, named }: Omit<Props, "params">) {
  return (
    <Scroll label="Rates of both segments">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">{nameOf(answer.a, named)}</th>
            <th scope="col">{nameOf(answer.b, named)}</th>
            <th scope="col">Difference (95% interval)</th>
            <th scope="col">Is it clear?</th>
            <th scope="col" className={styles.words}>
              0 to 100%
            </th>
          </tr>
        </thead>
        <tbody>
          {ratesOf(answer, named).map(({ name, rates }) => (
            <RatesRow key={name} name={name} rates={rates} a={nameOf(answer.a, named)} b={nameOf(answer.b, named)} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

interface RowProps {
  name: string;
  rates: TwoRates;
  /** The names of the segments. */
  a: string;
  b: string;
}

function RatesRow({ name, rates, a, b }: RowProps) {
  const { difference } = rates;
  return (
    <tr>
      <th scope="row">{name}</th>
      {[rates.a, rates.b].map((rate, place) => (
        <td key={place === 0 ? "a" : "b"}>
          <RateText rate={rate} /> {rate.of > 0 && <span className="quiet">({intervalText(rate)})</span>}
        </td>
      ))}
      <td>{difference === null ? <span className="quiet">—</span> : differenceText(difference)}</td>
      <td>{difference !== null && clearText(difference)}</td>
      <td>
        <RatesPlot a={{ name: a, rate: rates.a }} b={{ name: b, rate: rates.b }} />
      </td>
    </tr>
  );
}

function Figures({ answer, named }: Omit<Props, "params">) {
  const { sizeAtStart, size, entered, left, quizzesPerMember, activeMembers } = answer;
  const counts = [
    { name: "Members at the start", of: sizeAtStart },
    { name: "Joined", of: entered },
    { name: "Left", of: left },
    { name: "Members at the end", of: size },
  ];
  return (
    <Scroll label="Figures of both segments">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">{nameOf(answer.a, named)}</th>
            <th scope="col">{nameOf(answer.b, named)}</th>
          </tr>
        </thead>
        <tbody>
          {counts.map(({ name, of: { a, b } }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{countText(a)}</td>
              <td>{countText(b)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">Completed quizzes per member</th>
            <td>{meanText(quizzesPerMember.a, activeMembers.a.of)}</td>
            <td>{meanText(quizzesPerMember.b, activeMembers.b.of)}</td>
          </tr>
        </tbody>
      </table>
    </Scroll>
  );
}

const countText = (count: number | null) => (count === null ? "—" : formatNumber(count));

/** A mean with how many it is of. */
const meanText = (mean: number | null, of: number) =>
  mean === null ? "—" : `${formatNumber(mean)} (${formatNumber(of)} members)`;

function Money({ answer: { a, b, netPerMember }, named }: Omit<Props, "params">) {
  const amount = useAmount();
  const rows = [
    ...netPerMember.a.map((sum) => ({ id: a, ...sum })),
    ...netPerMember.b.map((sum) => ({ id: b, ...sum })),
  ];
  return (
    <Scroll label="Money of both segments">
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Segment</th>
            <th scope="col" className={styles.words}>
              Currency
            </th>
            <th scope="col">Net of refunds</th>
            <th scope="col">Average per member</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, currency, netMinor, perMemberMinor }) => (
            <tr key={`${id} ${currency}`}>
              <th scope="row">{nameOf(id, named)}</th>
              <td className={styles.words}>{currency}</td>
              <td>{amount(netMinor, currency)}</td>
              <td>{amount(perMemberMinor, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
