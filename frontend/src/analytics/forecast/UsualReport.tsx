import type { ForecastAnswer, GetSegmentForecastParams } from "../../api/client.ts";
import { formatNumber, pluralize } from "../../shared/format.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { Notes } from "../pieces/Notes.tsx";
import { type Named, nameOf } from "../pieces/names.ts";
import { Section } from "../pieces/Section.tsx";
import { Backtests } from "./Backtests.tsx";
import { SizesTable } from "./SizesTable.tsx";
import { bandText, missedText, noForecastText } from "./words.ts";

interface Props {
  answer: ForecastAnswer;
  params: Required<GetSegmentForecastParams>;
  named: Named;
}

/** What usually happens, with how good earlier forecasts were; or plainly that they were not. */
export function UsualReport({ answer, params, named }: Props) {
  const { segment, sizes = [], backtest = [], wape, asOf, notes } = answer;
  const none = noForecastText(answer);
  const expected = sizes.find(({ id }) => id === segment)?.size;
  const exporting = { report: "getSegmentForecast", params } as const;
  return (
    <>
      <Section title="In short">
        <p className={styles.sentence}>
          {none ??
            `${nameOf(segment, named)} usually has about ${pluralize(expected ?? 0, "member")} in ${pluralize(params.days, "day")}.`}{" "}
          {none === undefined && bandText(answer)}
        </p>
        <p className={styles.small}>
          {none === undefined && missedText(wape).trim()} By what became of people like them in the four weeks before.
          Counted as of <Time at={asOf} />.
        </p>
      </Section>
      <Notes notes={notes} />
      {none === undefined && (
        <Section
          title={`Expected in ${pluralize(params.days, "day")}`}
          action={<ExportButton {...exporting} table="sizes" what="expected sizes" />}
        >
          <SizesTable sizes={sizes} named={named} />
        </Section>
      )}
      {backtest.length > 0 && (
        <Section
          title={`Last ${formatNumber(backtest.length)} times`}
          action={<ExportButton {...exporting} table="backtest" what="earlier forecasts" />}
        >
          <Backtests answer={answer} days={params.days} named={named} />
        </Section>
      )}
    </>
  );
}
