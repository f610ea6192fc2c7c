import { useRef } from "react";
import type { FlowAnswer, GetSegmentFlowParams } from "../../api/client.ts";
import { flowRoute } from "../../app/routes.ts";
import { formatDateTime, pluralize } from "../../shared/format.ts";
import { Time } from "../../shared/Time.tsx";
import styles from "../pieces/Analytics.module.css";
import { ExportButton } from "../pieces/ExportButton.tsx";
import { Notes } from "../pieces/Notes.tsx";
import type { Named } from "../pieces/names.ts";
import { Section } from "../pieces/Section.tsx";
import { Sentences } from "../pieces/Sentences.tsx";
import { FlowMatrix } from "./FlowMatrix.tsx";
import { FlowSankey } from "./FlowSankey.tsx";
import { WhoList } from "./WhoList.tsx";
import { changesText, movesOf, type Who } from "./words.ts";

interface Props {
  answer: FlowAnswer;
  params: GetSegmentFlowParams;
  named: Named;
}

export function FlowReport({ answer, params, named }: Props) {
  const { step: stepText, who, shown } = flowRoute.useSearch();
  const hasChosen = useRef(false);
  const { steps, population, notes, asOf } = answer;
  // As they were counted: now is over.
  const at = [steps[0]?.from ?? "", ...steps.map(({ to }) => to)];
  const exporting = { report: "getSegmentFlow", params: { ...params, at } } as const;
  const chosen: Who | undefined =
    who !== undefined && (shown === "both" || shown === "onlyA" || shown === "onlyB")
      ? { segment: who, show: shown }
      : undefined;
  return (
    <>
      <Section title="In short" action={<ExportButton {...exporting} table="moves" what="changes" />}>
        <Sentences of={movesOf(answer, named)} />
        <p className={styles.small}>
          {pluralize(population, "person was", "people were")} there at any of these times. Counted as of{" "}
          <Time at={asOf} />.
        </p>
      </Section>
      <Notes notes={notes} />
      <Section title="All moves" action={<ExportButton {...exporting} table="steps" what="moves" />}>
        <FlowSankey answer={answer} named={named} />
      </Section>
      {steps.map((step, place) => (
        <Section key={step.to} title={`${formatDateTime(step.from)} to ${formatDateTime(step.to)}`}>
          <FlowMatrix answer={answer} place={place} named={named} onChoose={() => (hasChosen.current = true)} />
          <p className={styles.small}>
            Rows: where people were before; columns: where they were after, with the share of the row.{" "}
            {changesText(step)}
          </p>
          {chosen !== undefined && Number(stepText) === place && (
            <WhoList
              key={`${who} ${shown}`}
              step={step}
              place={place}
              who={chosen}
              named={named}
              takesFocus={hasChosen.current}
            />
          )}
        </Section>
      ))}
    </>
  );
}
