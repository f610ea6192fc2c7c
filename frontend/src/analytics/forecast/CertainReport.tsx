import { useState } from "react";
import type { ForecastAnswer, ForecastChange, GetSegmentForecastParams } from "../../api/client.ts";
import { forecastRoute } from "../../app/routes.ts";
import { formatNumber, pluralize } from "../../shared/format.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { Notes } from "../pieces/Notes.tsx";
import { type Named, nameOf } from "../pieces/names.ts";
import { Section } from "../pieces/Section.tsx";
import { ChangeActions } from "./ChangeActions.tsx";
import { DayTable } from "./DayTable.tsx";
import { ForecastWho } from "./ForecastWho.tsx";
import { changeOf } from "./question.ts";
import { SizeChart } from "./SizeChart.tsx";
import { certainText, peopleOf } from "./words.ts";

interface Props {
  answer: ForecastAnswer;
  params: Required<GetSegmentForecastParams>;
  named: Named;
}

const CHANGES: ForecastChange[] = ["enter", "leave"];

/** What happens if nobody does anything: time alone moves people. */
export function CertainReport({ answer, params, named }: Props) {
  const navigate = forecastRoute.useNavigate();
  const listed = changeOf(forecastRoute.useSearch());
  const [hasListed, setHasListed] = useState(false);
  const { segment, size = 0, days = [], asOf, zone, notes } = answer;
  const last = days.at(-1);
  const list = (change: ForecastChange | undefined) => {
    setHasListed(true);
    void navigate({ search: (before) => ({ ...before, who: change }), resetScroll: false });
  };
  return (
    <>
      <Section title="In short">
        {CHANGES.map((change) => {
          const people = peopleOf(last, change);
          return (
            <div key={change} className={styles.said}>
              <p className={styles.sentence}>{certainText(change, people, days.length, segment, named)}</p>
              {people > 0 && (
                <ChangeActions
                  segment={segment}
                  change={change}
                  day={days.length}
                  isListed={listed === change}
                  onList={() => list(listed === change ? undefined : change)}
                />
              )}
            </div>
          );
        })}
        <p className={styles.small}>
          {nameOf(segment, named)} goes from {pluralize(size, "member")} to {formatNumber(last?.size ?? size)}. This is
          no expectation: it is what a run would find if no one came back. Counted as of <Time at={asOf} />.
        </p>
      </Section>
      <Notes notes={notes} />
      {listed !== undefined && last !== undefined && (
        <ForecastWho
          key={listed}
          segment={segment}
          change={listed}
          day={days.length}
          people={peopleOf(last, listed)}
          named={named}
          takesFocus={hasListed}
        />
      )}
      <Section
        title="Day by day"
        action={<ExportButton report="getSegmentForecast" params={params} table="days" what="days" />}
      >
        <div className={styles.both}>
          <SizeChart answer={answer} named={named} />
          <DayTable days={days} size={size} zone={zone} />
        </div>
      </Section>
    </>
  );
}
