import { GOAL_FIELDS, GoalFields } from "../goals/GoalFields.tsx";
import { ACTIVITY } from "../pieces/activity.ts";
import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import type { FormProps } from "../pieces/useQuestion.ts";
import { WithinField } from "../pieces/WithinField.tsx";
import type { ComparisonDraft } from "./question.ts";

/** The params that have a field. */
export const FIELDS = [...GOAL_FIELDS, "a", "b", "activity", "within", "from", "to"];

export function ComparisonForm({ draft, missing, error, onChange, onCount }: FormProps<ComparisonDraft>) {
  return (
    <ReportForm label="What to count" onCount={onCount}>
      <SegmentField
        label="Segment"
        value={draft.a}
        fault={missing.a ?? faultAt(error, "a")}
        onChange={(a) => onChange({ a })}
      />
      <SegmentField
        label="Compared with"
        value={draft.b}
        fault={missing.b ?? faultAt(error, "b")}
        onChange={(b) => onChange({ b })}
      />
      <RangeFields draft={draft} error={error} onChange={onChange} />
      <ChoiceField
        label="Activity"
        options={ACTIVITY}
        value={draft.activity}
        fault={faultAt(error, "activity")}
        onChange={(activity) => onChange({ activity })}
      />
      <GoalFields draft={draft} missing={missing} error={error} onChange={onChange} />
      <WithinField value={draft.within} error={error} onChange={(within) => onChange({ within })} />
    </ReportForm>
  );
}
