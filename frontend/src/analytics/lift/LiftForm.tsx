import { NativeSelect, TextInput } from "@mantine/core";
import { GOAL_FIELDS, GoalFields } from "../goals/GoalFields.tsx";
import { faultAt } from "../pieces/faults.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import { spanOptions } from "../pieces/spans.ts";
import type { LiftDraft } from "./question.ts";

/** The params that have a field. */
export const FIELDS = [...GOAL_FIELDS, "segment", "holdout", "within", "from", "to"];

interface Props {
  draft: LiftDraft;
  missing: Partial<LiftDraft>;
  error: Error | null;
  onChange: (changed: Partial<LiftDraft>) => void;
  onCount: () => void;
}

export function LiftForm({ draft, missing, error, onChange, onCount }: Props) {
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
      <NativeSelect
        label="Within"
        data={spanOptions(draft.within)}
        value={draft.within}
        error={faultAt(error, "within")}
        onChange={({ currentTarget }) => onChange({ within: currentTarget.value })}
      />
      <RangeFields labels={["Joined from", "Joined before"]} draft={draft} error={error} onChange={onChange} />
    </ReportForm>
  );
}
