import { useQuery } from "@tanstack/react-query";
import { fieldsQuery } from "../../detail/queries.ts";
import { GOAL_FIELDS, GoalFields } from "../goals/GoalFields.tsx";
import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { EventField } from "../pieces/EventField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { UNITS } from "../pieces/periods.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import type { FormProps } from "../pieces/useQuestion.ts";
import {
  CLOCKS,
  COLUMNS,
  type CohortsDraft,
  MEASURES,
  MODES,
  needsGoal,
  needsName,
  needsSegment,
  STARTS,
} from "./question.ts";

/** The params that have a field. */
export const FIELDS = [
  ...GOAL_FIELDS,
  "start",
  "name",
  "segment",
  "measure",
  "by",
  "clock",
  "mode",
  "columns",
  "from",
  "to",
];

/** What is chosen from a few. */
const CHOICES: [name: keyof CohortsDraft, label: string, options: Record<string, string>][] = [
  ["by", "By", UNITS],
  ["clock", "Counted by", CLOCKS],
  ["mode", "People count", MODES],
  ["columns", "Columns", Object.fromEntries(COLUMNS.map((count) => [count, count]))],
];

export function CohortsForm({ draft, missing, error, onChange, onCount }: FormProps<CohortsDraft>) {
  const known = useQuery(fieldsQuery).data?.eventNames.map(({ name }) => name) ?? [];
  const choice = (name: keyof CohortsDraft, label: string, options: Record<string, string>) => (
    <ChoiceField
      key={name}
      label={label}
      options={options}
      value={draft[name]}
      fault={faultAt(error, name)}
      onChange={(value) => onChange({ [name]: value })}
    />
  );
  return (
    <ReportForm label="What to count" onCount={onCount}>
      {choice("start", "People begin by", STARTS)}
      {needsName(draft) && (
        <EventField
          known={known}
          value={draft.name}
          fault={missing.name ?? faultAt(error, "name")}
          onChange={(name) => onChange({ name })}
        />
      )}
      {needsSegment(draft) && (
        <SegmentField
          label="Segment"
          value={draft.segment}
          fault={missing.segment ?? faultAt(error, "segment")}
          onChange={(segment) => onChange({ segment })}
        />
      )}
      {choice("measure", "Then", MEASURES)}
      {needsGoal(draft) && <GoalFields draft={draft} missing={missing} error={error} onChange={onChange} />}
      {CHOICES.map((each) => choice(...each))}
      <RangeFields labels={["Began from", "Began before"]} draft={draft} error={error} onChange={onChange} />
    </ReportForm>
  );
}
