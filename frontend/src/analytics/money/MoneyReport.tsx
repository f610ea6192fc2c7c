import type { GetSegmentRevenueParams, RevenueAnswer } from "../../api/client.ts";
import panel from "../../shared/Panel.module.css";
import { StatCard, StatRow } from "../../shared/StatCard.tsx";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { Notes } from "../pieces/Notes.tsx";
import type { Named } from "../pieces/names.ts";
import { unitOf } from "../pieces/periods.ts";
import { Section } from "../pieces/Section.tsx";
import { Sentences } from "../pieces/Sentences.tsx";
import { useAmount } from "../pieces/useAmount.ts";
import { PeriodTable } from "./PeriodTable.tsx";
import { SegmentTable } from "./SegmentTable.tsx";
import { paidText, refundsText, shareText } from "./words.ts";

interface Props {
  answer: RevenueAnswer;
  params: GetSegmentRevenueParams;
  named: Named;
}

export function MoneyReport({ answer, params, named }: Props) {
  const amount = useAmount();
  const { currencies, notes } = answer;
  const exporting = { report: "getSegmentRevenue", params } as const;
  const sentences = currencies.flatMap((of) => shareText(of, (minor) => amount(minor, of.currency), named) ?? []);
  return (
    <>
      {sentences.length > 0 && (
        <Section title="In short">
          <Sentences of={sentences.map((text) => ({ text }))} />
        </Section>
      )}
      {currencies.map(({ currency, total, unattributed }) => (
        <StatRow key={currency} label={`Revenue in ${currency}`}>
          <StatCard
            label={`Total ${currency}`}
            value={amount(total.net, currency)}
            note={`${amount(total.gross, currency)} paid in ${paidText(total)}`}
          />
          <StatCard
            label={`Unattributed ${currency}`}
            value={amount(unattributed.net, currency)}
            note="Of people in none of the segments"
          />
          <StatCard
            label={`Refunded ${currency}`}
            value={amount(total.refunded, currency)}
            note={`In ${refundsText(total)}`}
          />
        </StatRow>
      ))}
      <Notes notes={notes} />
      {currencies.length === 0 && <p className={panel.words}>No one paid anything in this range.</p>}
      {currencies.map((of, place) => (
        <Section
          key={of.currency}
          title={`By segment, in ${of.currency}`}
          action={place === 0 && <ExportButton {...exporting} table="segments" what="segments in all currencies" />}
        >
          <SegmentTable of={of} sumsToTotal={answer.sumsToTotal} named={named} />
        </Section>
      ))}
      {currencies.map((of, place) =>
        of.periods == null ? null : (
          <Section
            key={of.currency}
            title={`Over time, in ${of.currency}`}
            action={place === 0 && <ExportButton {...exporting} table="periods" what="periods in all currencies" />}
          >
            <PeriodTable of={of} periods={of.periods} answer={answer} by={unitOf(params.by ?? "week")} named={named} />
          </Section>
        ),
      )}
    </>
  );
}
