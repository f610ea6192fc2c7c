import { listOf, textOf } from "../../shared/lists.ts";
import { ACTIVITY } from "../pieces/activity.ts";
import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { UNITS } from "../pieces/periods.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentsField } from "../pieces/SegmentsField.tsx";
import type { FormProps } from "../pieces/useQuestion.ts";
import { type EngagementDraft, MOST_SEGMENTS } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["segments", "activity", "from", "to", "by"];

interface Props extends FormProps<EngagementDraft> {
  /** Whether the segment is given, and not asked for. */
  hasSegment: boolean;
}

export function EngagementForm({ hasSegment, draft, missing, error, onChange, onCount }: Props) {
  return (
    <ReportForm label="What to count" onCount={onCount}>
      {!hasSegment && (
        <SegmentsField
          label="Segments"
          description={`1 to ${MOST_SEGMENTS}`}
          most={MOST_SEGMENTS}
          value={listOf(draft.segments)}
          fault={missing.segments ?? faultAt(error, "segments")}
          onChange={(segments) => onChange({ segments: textOf(segments) })}
        />
      )}
      <ChoiceField
        label="Activity"
        options={ACTIVITY}
        value={draft.activity}
        fault={faultAt(error, "activity")}
        onChange={(activity) => onChange({ activity })}
      />
      <RangeFields draft={draft} error={error} onChange={onChange} />
      <ChoiceField
        label="By"
        options={UNITS}
        value={draft.by}
        fault={faultAt(error, "by")}
        onChange={(by) => onChange({ by })}
      />
    </ReportForm>
  );
}
