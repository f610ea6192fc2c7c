import { TextInput } from "@mantine/core";
import { GOAL_FIELDS, GoalFields } from "../goals/GoalFields.tsx";
import { faultAt } from "../pieces/faults.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import type { FormProps } from "../pieces/useQuestion.ts";
import { WithinField } from "../pieces/WithinField.tsx";
import type { LiftDraft } from "./question.ts";

/** The params that have a field. */
export const FIELDS = [...GOAL_FIELDS, "segment", "holdout", "within", "from", "to"];

export function LiftForm({ draft, missing, error, onChange, onCount }: FormProps<LiftDraft>) {
  return (
    <ReportForm label="What to count" onCount={onCount}>
      <SegmentField
        label="Segment"
        value={draft.segment}
        fault={missing.segment ?? faultAt(error, "segment")}
        onChange={(segment) => onChange({ segment })}
      />
      <TextInput
        label="Held out from bucket"
        inputMode="numeric"
        autoComplete="off"
        maxLength={2}
        value={draft.first}
        error={missing.first ?? faultAt(error, "holdout")}
        onChange={({ currentTarget }) => onChange({ first: currentTarget.value })}
      />
      <TextInput
        label="To bucket"
        inputMode="numeric"
        autoComplete="off"
        maxLength={2}
        value={draft.last}
        error={missing.last}
        onChange={({ currentTarget }) => onChange({ last: currentTarget.value })}
      />
      <GoalFields draft={draft} missing={missing} error={error} onChange={onChange} />
      <WithinField value={draft.within} error={error} onChange={(within) => onChange({ within })} />
      <RangeFields labels={["Joined from", "Joined before"]} draft={draft} error={error} onChange={onChange} />
    </ReportForm>
  );
}
