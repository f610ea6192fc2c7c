import type { CohortsAnswer, GetCohortsParams } from "../../api/client.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { Notes } from "../pieces/Notes.tsx";
import type { Named } from "../pieces/names.ts";
import { Section } from "../pieces/Section.tsx";
import { Sentences } from "../pieces/Sentences.tsx";
import { PooledCurve } from "./PooledCurve.tsx";
import { RevenueTriangle } from "./RevenueTriangle.tsx";
import { Triangle } from "./Triangle.tsx";
import { sentencesOf } from "./words.ts";

interface Props {
  answer: CohortsAnswer;
  params: GetCohortsParams;
  named: Named;
}

export function CohortsReport({ answer, params, named }: Props) {
  const exporting = { report: "getCohorts", params } as const;
  return (
    <>
      <Section title="In short">
        <Sentences of={sentencesOf(answer, named)} />
        <p className={styles.small}>
          Counted as of <Time at={answer.asOf} />, in {answer.zone}.
        </p>
      </Section>
      <Notes notes={answer.notes} />
      <Section
        title="All cohorts together"
        action={<ExportButton {...exporting} table="pooled" what="all cohorts together" />}
      >
        <PooledCurve answer={answer} />
        <p className={styles.small}>Of each column, only cohorts in which it is over. The band is the 95% interval.</p>
      </Section>
      <Section title="Cohorts" action={<ExportButton {...exporting} table="cells" what="cohorts" />}>
        <Triangle answer={answer} />
        <p className={styles.small}>
          Each cell: people, and their share of the whole cohort. Hatched cells are not over for everyone yet.
        </p>
      </Section>
      {answer.measure === "revenue" && (
        <Section title="Revenue" action={<ExportButton {...exporting} table="revenue" what="revenue" />}>
          <RevenueTriangle answer={answer} />
        </Section>
      )}
    </>
  );
}
