import { NativeSelect } from "@mantine/core";
import { GOAL_FIELDS, GoalFields } from "../goals/GoalFields.tsx";
import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { UNITS } from "../pieces/periods.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import { spanOptions } from "../pieces/spans.ts";
import type { ConversionDraft } from "./question.ts";

/** The params that have a field. */
export const FIELDS = [...GOAL_FIELDS, "segment", "within", "from", "to", "by"];

interface Props {
  /** Whether the segment is given, and not asked for. */
  hasSegment: boolean;
  draft: ConversionDraft;
  missing: Partial<ConversionDraft>;
  error: Error | null;
  onChange: (changed: Partial<ConversionDraft>) => void;
  onCount: () => void;
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
      <NativeSelect
        label="Within"
        data={spanOptions(draft.within)}
        value={draft.within}
        error={faultAt(error, "within")}
        onChange={({ currentTarget }) => onChange({ within: currentTarget.value })}
      />
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
