import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { fieldsQuery } from "../../detail/queries.ts";
import { EventField } from "../pieces/EventField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { PointField } from "../pieces/PointField.tsx";
import { UNITS } from "../pieces/periods.ts";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import { CLOCKS, COLUMNS, type CohortsDraft, MEASURES, MODES, needsName, needsSegment, STARTS } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["start", "name", "segment", "measure", "by", "clock", "mode", "columns", "from", "to"];

/** What is chosen from a few. */
const CHOICES: [name: keyof CohortsDraft, label: string, options: Record<string, string>][] = [
  ["measure", "Then", MEASURES],
  ["by", "By", UNITS],
  ["clock", "Counted by", CLOCKS],
  ["mode", "People count", MODES],
  ["columns", "Columns", Object.fromEntries(COLUMNS.map((count) => [count, count]))],
];

interface Props {
  draft: CohortsDraft;
  missing: Partial<CohortsDraft>;
  error: Error | null;
  onChange: (changed: Partial<CohortsDraft>) => void;
  onCount: () => void;
}

export function CohortsForm({ draft, missing, error, onChange, onCount }: Props) {
  const known = useQuery(fieldsQuery).data?.eventNames.map(({ name }) => name) ?? [];
  const choice = (name: keyof CohortsDraft, label: string, options: Record<string, string>) => (
    <NativeSelect
      key={name}
      label={label}
      data={Object.entries(options).map(([value, label]) => ({ value, label }))}
      value={draft[name]}
      error={faultAt(error, name)}
      onChange={({ currentTarget }) => onChange({ [name]: currentTarget.value })}
    />
  );
  return (
    <ReportForm label="What to count" onCount={onCount}>
      {choice("start", "People begin by", STARTS)}
      {needsName(draft) && (
        <EventField
          known={known}
          value={draft.name}
          fault={missing.name ?? faultAt(error, "name")}
          onChange={(name) => onChange({ name })}
        />
      )}
      {needsSegment(draft) && (
        <SegmentField
          label="Segment"
          value={draft.segment}
          fault={missing.segment ?? faultAt(error, "segment")}
          onChange={(segment) => onChange({ segment })}
        />
      )}
      {CHOICES.map((each) => choice(...each))}
      <PointField
        label="Began from"
        as="day"
        value={draft.from}
        fault={faultAt(error, "from")}
        onChange={(from) => onChange({ from })}
      />
      <PointField
        label="Began before"
        as="day"
        value={draft.to}
        fault={faultAt(error, "to")}
        onChange={(to) => onChange({ to })}
      />
    </ReportForm>
  );
}
