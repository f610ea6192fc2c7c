import type { EngagementAnswer, GetSegmentEngagementParams } from "../../api/client.ts";
import { dayIn } from "../../shared/dayIn.ts";
import { formatDay, pluralize } from "../../shared/format.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { Notes } from "../pieces/Notes.tsx";
import { type Named, nameOf } from "../pieces/names.ts";
import { unitOf } from "../pieces/periods.ts";
import { RateChart } from "../pieces/RateChart.tsx";
import { Section } from "../pieces/Section.tsx";
import { Sentences } from "../pieces/Sentences.tsx";
import { PeriodTable } from "./PeriodTable.tsx";
import { sentencesOf } from "./words.ts";

interface Props {
  answer: EngagementAnswer;
  params: GetSegmentEngagementParams;
  named: Named;
}

export function EngagementReport({ answer, params, named }: Props) {
  const by = unitOf(params.by ?? "week");
  const { segments, zone, asOf, notes } = answer;
  return (
    <>
      <Section
        title="In short"
        action={<ExportButton report="getSegmentEngagement" params={params} table="periods" what="periods" />}
      >
        <Sentences of={sentencesOf(answer, by, named)} />
        <p className={styles.small}>
          Members are those when a {by} begins. Counted as of <Time at={asOf} />, in {zone}.
        </p>
      </Section>
      <Notes notes={notes} />
      {segments.map(({ id, periods }) => (
        <Section key={id} title={nameOf(id, named)}>
          <RateChart
            label={`Active members of ${nameOf(id, named)} by ${by}, in ${pluralize(periods.length, by)}`}
            points={periods.map(({ start, activeMembers, complete }) => ({
              mark: formatDay(dayIn(start, zone)),
              rate: activeMembers,
              complete,
            }))}
            room={64}
          />
          <PeriodTable label={`${nameOf(id, named)} by ${by}`} periods={periods} zone={zone} by={by} />
        </Section>
      ))}
    </>
  );
}
