import { NativeSelect } from "@mantine/core";
import { FamilyFields } from "../pieces/FamilyFields.tsx";
import { faultAt } from "../pieces/faults.ts";
import { PointField } from "../pieces/PointField.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { spanOptions } from "../pieces/spans.ts";
import { BASES, BYS, MOST_SEGMENTS, type MoneyDraft } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["segments", "family", "within", "from", "to", "by"];

interface Props {
  draft: MoneyDraft;
  /** Whether no segment is chosen. */
  isMissing: boolean;
  error: Error | null;
  onChange: (changed: Partial<MoneyDraft>) => void;
  onCount: () => void;
}

export function MoneyForm({ draft, isMissing, error, onChange, onCount }: Props) {
  return (
    <ReportForm label="What to count" onCount={onCount}>
      <FamilyFields
        label="Revenue of"
        least={1}
        most={MOST_SEGMENTS}
        draft={draft}
        isMissing={isMissing}
        error={error}
        onChange={onChange}
      />
      <NativeSelect
        label="Credit to"
        data={Object.entries(BASES).map(([value, label]) => ({ value, label }))}
        value={draft.basis}
        onChange={({ currentTarget }) => onChange({ basis: currentTarget.value })}
      />
      {draft.basis === "entered" && (
        <NativeSelect
          label="At most before"
          data={spanOptions(draft.within)}
          value={draft.within}
          error={faultAt(error, "within")}
          onChange={({ currentTarget }) => onChange({ within: currentTarget.value })}
        />
      )}
      <PointField
        label="From"
        as="day"
        value={draft.from}
        fault={faultAt(error, "from")}
        onChange={(from) => onChange({ from })}
      />
      <PointField
        label="Before"
        as="day"
        value={draft.to}
        fault={faultAt(error, "to")}
        onChange={(to) => onChange({ to })}
      />
      <NativeSelect
        label="By"
        data={Object.entries(BYS).map(([value, label]) => ({ value, label }))}
        value={draft.by}
        error={faultAt(error, "by")}
        onChange={({ currentTarget }) => onChange({ by: currentTarget.value })}
      />
    </ReportForm>
  );
}
