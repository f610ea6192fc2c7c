import { GOAL_FIELDS, GoalFields } from "../goals/GoalFields.tsx";
import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { UNITS } from "../pieces/periods.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import type { FormProps } from "../pieces/useQuestion.ts";
import { WithinField } from "../pieces/WithinField.tsx";
import type { ConversionDraft } from "./question.ts";

/** The params that have a field. */
export const FIELDS = [...GOAL_FIELDS, "segment", "within", "from", "to", "by"];

interface Props extends FormProps<ConversionDraft> {
  /** Whether the segment is given, and not asked for. */
  hasSegment: boolean;
}

export function ConversionForm({ hasSegment, draft, missing, error, onChange, onCount }: Props) {
  return (
    <ReportForm label="What to count" onCount={onCount}>
      {!hasSegment && (
        <SegmentField
          label="Segment"
          value={draft.segment}
          fault={missing.segment ?? faultAt(error, "segment")}
          onChange={(segment) => onChange({ segment })}
        />
      )}
      <GoalFields draft={draft} missing={missing} error={error} onChange={onChange} />
      <WithinField value={draft.within} error={error} onChange={(within) => onChange({ within })} />
      <RangeFields labels={["Joined from", "Joined before"]} draft={draft} error={error} onChange={onChange} />
      <ChoiceField
        label="Rates by"
        options={UNITS}
        value={draft.by}
        fault={faultAt(error, "by")}
        onChange={(by) => onChange({ by })}
      />
    </ReportForm>
  );
}
