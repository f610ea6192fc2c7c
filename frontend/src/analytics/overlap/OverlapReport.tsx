import type { GetSegmentOverlapParams, OverlapAnswer } from "../../api/client.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { Notes } from "../pieces/Notes.tsx";
import type { Named } from "../pieces/names.ts";
import { Section } from "../pieces/Section.tsx";
import { Sentences } from "../pieces/Sentences.tsx";
import { Combinations } from "./Combinations.tsx";
import { OverlapMatrix } from "./OverlapMatrix.tsx";
import { sentencesOf } from "./words.ts";

interface Props {
  answer: OverlapAnswer;
  params: GetSegmentOverlapParams;
  named: Named;
}

export function OverlapReport({ answer, params, named }: Props) {
  const exporting = { report: "getSegmentOverlap", params } as const;
  return (
    <>
      <Section title="In short" action={<ExportButton {...exporting} table="segments" what="sizes" />}>
        <Sentences of={sentencesOf(answer, named)} />
        <p className={styles.small}>
          Members at <Time at={answer.at} />.
        </p>
      </Section>
      <Notes notes={answer.notes} />
      <Section title="Pairs" action={<ExportButton {...exporting} table="pairs" what="pairs" />}>
        <OverlapMatrix answer={answer} named={named} />
        <p className={styles.small}>Each cell: people in both, and their share of the segment of the row.</p>
      </Section>
      <Section title="Combinations" action={<ExportButton {...exporting} table="combinations" what="combinations" />}>
        <Combinations answer={answer} named={named} />
      </Section>
    </>
  );
}
