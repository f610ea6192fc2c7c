import { Button } from "@mantine/core";
import { useRef } from "react";
import { listOf, textOf } from "../../shared/lists.ts";
import styles from "../pieces/Analytics.module.css";
import { FamilyFields } from "../pieces/FamilyFields.tsx";
import { faultAt } from "../pieces/faults.ts";
import { PointField } from "../pieces/PointField.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import type { FormProps } from "../pieces/useQuestion.ts";
import { NOW } from "../queries.ts";
import { type FlowDraft, MOST_POINTS, MOST_SEGMENTS, withPoint } from "./question.ts";

/** The params that have a field. */
export const FIELDS = ["segments", "family", "at"];

interface Props extends FormProps<FlowDraft> {
  now: Date;
}

export function FlowForm({ draft, missing, error, now, onChange, onCount }: Props) {
  const adding = useRef<HTMLButtonElement>(null);
  const points = listOf(draft.at);
  const setPoints = (next: string[]) => onChange({ at: textOf(next) });

  function remove(place: number) {
    setPoints(points.toSpliced(place, 1));
    // The button is gone, and the focus with it.
    adding.current?.focus();
  }
  return (
    <ReportForm label="What to count" onCount={onCount}>
      <FamilyFields
        label="Between"
        least={2}
        most={MOST_SEGMENTS}
        draft={draft}
        isMissing={missing.segments !== undefined}
        error={error}
        onChange={onChange}
      />
      {points.map((point, place) => (
        <div key={place} className={styles.point}>
          <PointField
            label={`Time ${place + 1}`}
            description={place === points.length - 1 ? "Leave empty for now" : undefined}
            isHelpBelow
            as="day"
            value={point === NOW ? "" : point}
            fault={faultAt(error, `at[${place}]`)}
            onChange={(value) => setPoints(points.with(place, value === "" ? NOW : value))}
          />
          {points.length > 2 && (
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => remove(place)}
              aria-label={`Remove time ${place + 1}`}
            >
              Remove
            </Button>
          )}
        </div>
      ))}
      {points.length < MOST_POINTS && (
        <div>
          <Button ref={adding} variant="default" onClick={() => setPoints(withPoint(points, now))}>
            Add a time
          </Button>
        </div>
      )}
    </ReportForm>
  );
}
