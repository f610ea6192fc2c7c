import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useState } from "react";
import { fieldsQuery } from "../../detail/queries.ts";
import styles from "../pieces/Analytics.module.css";
import { EventField } from "../pieces/EventField.tsx";
import { faultAt } from "../pieces/faults.ts";
import { GOALS, type GoalDraft, goalDraftOf, goalParams, isSaved } from "../pieces/goals.ts";
import { SegmentField } from "../pieces/SegmentField.tsx";
import { DeleteGoalDialog, SaveGoalDialog } from "./dialogs.ts";
import { goalsQuery } from "./queries.ts";

/** The params that have a field here. */
export const GOAL_FIELDS = ["goal", "goalId"];

interface Props {
  /** Where a report has a time, a saved goal brings its own. */
  draft: GoalDraft & { within?: string };
  missing: Partial<GoalDraft>;
  error: Error | null;
  onChange: (changed: Partial<GoalDraft> & { within?: string }) => void;
}

/** A goal of some kind with what it has to be told, or a saved one. */
export function GoalFields({ draft, missing, error, onChange }: Props) {
  const goals = useQuery(goalsQuery).data?.goals;
  const [isOpen, setIsOpen] = useState(false);
  const chosen = goals?.find(({ id }) => id === draft.goal);
  const params = goalParams(draft);
  const present = params !== undefined && "goal" in params ? params.goal : undefined;

  function choose(value: string) {
    const within = goals?.find(({ id }) => id === value)?.within;
    onChange({ goal: value, ...(within !== undefined && draft.within !== undefined && { within }) });
  }
  const saved = goals?.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  const isUnknown = isSaved(draft) && chosen === undefined;
  return (
    <>
      <div className={styles.point}>
        <NativeSelect
          label="Goal"
          data={[
            ...Object.entries(GOALS).map(([value, label]) => ({ value, label })),
            ...(saved.length === 0 ? [] : [{ group: "Saved goals", items: saved }]),
            ...(isUnknown ? [{ value: draft.goal, label: goals === undefined ? "Loading…" : "Deleted goal" }] : []),
          ]}
          value={draft.goal}
          error={
            isSaved(draft) || draft.goal === "purchase"
              ? (faultAt(error, "goalId") ?? faultAt(error, "goal"))
              : undefined
          }
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        />
        {(chosen !== undefined || present !== undefined) && (
          <Button variant="subtle" size="compact-xs" onClick={() => setIsOpen(true)}>
            {chosen === undefined ? "Save goal…" : "Delete goal…"}
          </Button>
        )}
      </div>
      <KindFields draft={draft} missing={missing} error={error} onChange={onChange} />
      <Suspense>
        {isOpen && chosen !== undefined && (
          <DeleteGoalDialog
            goal={chosen}
            onDeleted={() => onChange(goalDraftOf(chosen.goal))}
            onClose={() => setIsOpen(false)}
          />
        )}
        {isOpen && chosen === undefined && present !== undefined && (
          <SaveGoalDialog
            goal={present}
            within={draft.within}
            onSaved={({ id }) => onChange({ goal: id })}
            onClose={() => setIsOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}

/** What a goal of this kind has to be told. */
function KindFields({ draft, missing, error, onChange }: Props) {
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
