import { NativeSelect } from "@mantine/core";
import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { FamilyFields } from "../pieces/FamilyFields.tsx";
import { faultAt } from "../pieces/faults.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { spanOptions } from "../pieces/spans.ts";
import { BASES, BYS, MOST_SEGMENTS, type MoneyDraft } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["segments", "family", "within", "from", "to", "by"];

interface Props {
  /** Whether the segment is given, and not asked for. */
  hasSegment: boolean;
  draft: MoneyDraft;
  /** Whether no segment is chosen. */
  isMissing: boolean;
  error: Error | null;
  onChange: (changed: Partial<MoneyDraft>) => void;
  onCount: () => void;
}

export function MoneyForm({ hasSegment, draft, isMissing, error, onChange, onCount }: Props) {
  return (
    <ReportForm label="What to count" onCount={onCount}>
      {!hasSegment && (
        <FamilyFields
          label="Revenue of"
          least={1}
          most={MOST_SEGMENTS}
          draft={draft}
          isMissing={isMissing}
          error={error}
          onChange={onChange}
        />
      )}
      <ChoiceField label="Credit to" options={BASES} value={draft.basis} onChange={(basis) => onChange({ basis })} />
      {draft.basis === "entered" && (
        <NativeSelect
          label="At most before"
          data={spanOptions(draft.within)}
          value={draft.within}
          error={faultAt(error, "within")}
          onChange={({ currentTarget }) => onChange({ within: currentTarget.value })}
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
