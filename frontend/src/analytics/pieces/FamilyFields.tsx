import { listOf, textOf } from "../../shared/lists.ts";
import { ChoiceField } from "./ChoiceField.tsx";
import { FAMILIES, type FamilyDraft } from "./families.ts";
import { faultAt } from "./faults.ts";
import { SegmentsField } from "./SegmentsField.tsx";

interface Props {
  label: string;
  least: number;
  most: number;
  draft: FamilyDraft;
  /** Whether there are too few segments. */
  isMissing: boolean;
  error: Error | null;
  onChange: (changed: Partial<FamilyDraft>) => void;
}

export function FamilyFields({ label, least, most, draft, isMissing, error, onChange }: Props) {
  const missing = least === 1 ? "Choose a segment." : `Choose at least ${least} segments.`;
  return (
    <>
      <ChoiceField
        label={label}
        options={FAMILIES}
        value={draft.family}
        fault={faultAt(error, "family")}
        onChange={(family) => onChange({ family })}
      />
      {draft.family === "segments" && (
        <SegmentsField
          label="Segments"
          description={`${least} to ${most}`}
          most={most}
          value={listOf(draft.segments)}
          fault={isMissing ? missing : faultAt(error, "segments")}
          onChange={(segments) => onChange({ segments: textOf(segments) })}
        />
      )}
    </>
  );
}
