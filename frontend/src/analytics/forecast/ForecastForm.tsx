import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import type { FormProps } from "../pieces/useQuestion.ts";
import { DAYS, type ForecastDraft, KINDS } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["segment", "kind", "days"];

export function ForecastForm({ draft, missing, error, onChange, onCount }: FormProps<ForecastDraft>) {
  return (
    <ReportForm label="What to forecast" onCount={onCount}>
      <SegmentField
        label="Segment"
        value={draft.segment}
        fault={missing.segment ?? faultAt(error, "segment")}
        onChange={(segment) => onChange({ segment })}
      />
      <ChoiceField
        label="Kind"
        options={KINDS}
        value={draft.kind}
        fault={faultAt(error, "kind")}
        onChange={(kind) => onChange({ kind })}
      />
      <ChoiceField
        label="Ahead"
        options={DAYS}
        value={draft.days}
        fault={faultAt(error, "days")}
        onChange={(days) => onChange({ days })}
      />
    </ReportForm>
  );
}
