import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { FamilyFields } from "../pieces/FamilyFields.tsx";
import { faultAt } from "../pieces/faults.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import type { FormProps } from "../pieces/useQuestion.ts";
import { WithinField } from "../pieces/WithinField.tsx";
import { BASES, BYS, MOST_SEGMENTS, type MoneyDraft } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["segments", "family", "within", "from", "to", "by"];

interface Props extends FormProps<MoneyDraft> {
  /** Whether the segment is given, and not asked for. */
  hasSegment: boolean;
}

export function MoneyForm({ hasSegment, draft, missing, error, onChange, onCount }: Props) {
  return (
    <ReportForm label="What to count" onCount={onCount}>
      {!hasSegment && (
        <FamilyFields
          label="Revenue of"
          least={1}
          most={MOST_SEGMENTS}
          draft={draft}
          isMissing={missing.segments !== undefined}
          error={error}
          onChange={onChange}
        />
      )}
      <ChoiceField label="Credit to" options={BASES} value={draft.basis} onChange={(basis) => onChange({ basis })} />
      {draft.basis === "entered" && (
        <WithinField
          label="At most before"
          value={draft.within}
          error={error}
          onChange={(within) => onChange({ within })}
        />
      )}
      <RangeFields draft={draft} error={error} onChange={onChange} />
      <ChoiceField
        label="By"
        options={BYS}
        value={draft.by}
        fault={faultAt(error, "by")}
        onChange={(by) => onChange({ by })}
      />
    </ReportForm>
  );
}
