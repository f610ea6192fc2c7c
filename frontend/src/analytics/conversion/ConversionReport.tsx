import type { ConversionAnswer, GetSegmentConversionParams } from "../../api/client.ts";
import panel from "../../shared/Panel.module.css";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { IntervalBar } from "../pieces/IntervalBar.tsx";
import { Notes } from "../pieces/Notes.tsx";
import type { Named } from "../pieces/names.ts";
import { isOfFew } from "../pieces/rates.ts";
import { Section } from "../pieces/Section.tsx";
import { Comparisons } from "./Comparisons.tsx";
import { CurveChart } from "./CurveChart.tsx";
import { CurveTable } from "./CurveTable.tsx";
import { PeriodTable } from "./PeriodTable.tsx";
import { RevenueTable } from "./RevenueTable.tsx";
import { entrantsText, sentenceOf, timeText } from "./words.ts";

interface Props {
  answer: ConversionAnswer;
  params: GetSegmentConversionParams;
  named: Named;
}

export function ConversionReport({ answer, params, named }: Props) {
  const { conversion, curve, timeToConvert, revenueWithin, notes, asOf } = answer;
  const { numbers, share, rest } = sentenceOf(answer, named);
  const by = params.by ?? "week";
  const report = "getSegmentConversion";
  return (
    <>
      <Section title="In short" action={<ExportButton report={report} params={params} table="total" what="totals" />}>
        <p className={styles.sentence}>
          {numbers}
          {share !== undefined && <span className={isOfFew(conversion) ? "quiet" : undefined}> {share}</span>}
          {rest}
        </p>
        {conversion.of > 0 && (
          <div>
            <IntervalBar rate={conversion} />
            <div className={styles.ends} aria-hidden>
              <span>0%</span>
              <span>100%</span>
            </div>
          </div>
        )}
        <p className={styles.small}>
          {entrantsText(answer)} The rate has only people whose time is over. The interval says where the true rate
          lies, with 95% confidence. Counted as of <Time at={asOf} />.
        </p>
        {timeToConvert !== null && <p className={panel.words}>{timeText(timeToConvert)}</p>}
      </Section>
      <Notes notes={notes} />
      <Section
        title="By when they joined"
        action={<ExportButton report={report} params={params} table="byPeriod" what={`rates by ${by}`} />}
      >
        <PeriodTable answer={answer} by={by} />
      </Section>
      {conversion.of > 0 && (
        <Section
          title="By days since they joined"
          action={<ExportButton report={report} params={params} table="curve" what="curve" />}
        >
          <div className={styles.both}>
            <CurveChart curve={curve} of={conversion.of} />
            <CurveTable curve={curve} of={conversion.of} />
          </div>
        </Section>
      )}
      {conversion.of > 0 && <Comparisons answer={answer} />}
      {revenueWithin.length > 0 && (
        <Section
          title="Revenue within the time"
          action={<ExportButton report={report} params={params} table="revenueWithin" what="revenue" />}
        >
          <RevenueTable revenue={revenueWithin} of={conversion.of} />
        </Section>
      )}
    </>
  );
}
