import { NativeSelect } from "@mantine/core";
import { listOf, textOf } from "../../shared/lists.ts";
import { faultAt } from "../pieces/faults.ts";
import { PointField } from "../pieces/PointField.tsx";
import { UNITS } from "../pieces/periods.ts";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentsField } from "../pieces/SegmentsField.tsx";
import { ACTIVITY, type EngagementDraft, MOST_SEGMENTS } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["segments", "activity", "from", "to", "by"];

interface Props {
  draft: EngagementDraft;
  missing: Partial<EngagementDraft>;
  error: Error | null;
  onChange: (changed: Partial<EngagementDraft>) => void;
  onCount: () => void;
}

export function EngagementForm({ draft, missing, error, onChange, onCount }: Props) {
  return (
    <ReportForm label="What to count" onCount={onCount}>
      <SegmentsField
        label="Segments"
        description={`1 to ${MOST_SEGMENTS}`}
        most={MOST_SEGMENTS}
        value={listOf(draft.segments)}
        fault={missing.segments ?? faultAt(error, "segments")}
        onChange={(segments) => onChange({ segments: textOf(segments) })}
      />
      <NativeSelect
        label="Activity"
        data={Object.entries(ACTIVITY).map(([value, label]) => ({ value, label }))}
        value={draft.activity}
        error={faultAt(error, "activity")}
        onChange={({ currentTarget }) => onChange({ activity: currentTarget.value })}
      />
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
        data={Object.entries(UNITS).map(([value, label]) => ({ value, label }))}
        value={draft.by}
        error={faultAt(error, "by")}
        onChange={({ currentTarget }) => onChange({ by: currentTarget.value })}
      />
    </ReportForm>
  );
}
