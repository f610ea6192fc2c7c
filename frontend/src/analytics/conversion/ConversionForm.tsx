import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { fieldsQuery } from "../../detail/queries.ts";
import { ChoiceField } from "../pieces/ChoiceField.tsx";
import { EventField } from "../pieces/EventField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { UNITS } from "../pieces/periods.ts";
import { RangeFields } from "../pieces/RangeFields.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { SegmentField } from "../pieces/SegmentField.tsx";
import { spanOptions } from "../pieces/spans.ts";
import { type ConversionDraft, GOALS } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["segment", "goal", "within", "from", "to", "by"];

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
      <ChoiceField label="Goal" options={GOALS} value={draft.goal} onChange={(goal) => onChange({ goal })} />
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

/** What a goal of this kind has to be told. */
function GoalFields({ draft, missing, error, onChange }: Omit<Props, "onCount" | "hasSegment">) {
  const { data } = useQuery(fieldsQuery);
  const fault = faultAt(error, "goal");
  if (draft.goal === "event") {
    const known = data?.eventNames.map(({ name }) => name) ?? [];
    return (
      <EventField
        known={known}
        value={draft.event}
        fault={missing.event ?? fault}
        onChange={(event) => onChange({ event })}
      />
    );
  }
  if (draft.goal === "enter") {
    return (
      <SegmentField
        label="Segment to join"
        value={draft.enter}
        fault={missing.enter ?? fault}
        onChange={(enter) => onChange({ enter })}
      />
    );
  }
  if (draft.goal !== "quiz") return null;
  const keys = data?.fields.flatMap(({ keys }) => keys) ?? [];
  const providers = keys.find(({ name }) => name === "provider")?.options ?? [];
  return (
    <NativeSelect
      label="Provider"
      data={[
        { value: "", label: "Any provider" },
        ...new Set([...providers, ...(draft.provider === "" ? [] : [draft.provider])]),
      ]}
      value={draft.provider}
      error={fault}
      onChange={({ currentTarget }) => onChange({ provider: currentTarget.value })}
    />
  );
}
