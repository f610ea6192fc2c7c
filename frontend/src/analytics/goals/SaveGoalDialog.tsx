import { Button, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import type { Goal, GoalText } from "../../api/client.ts";
import { Dialog } from "../../shared/Dialog.tsx";
import { ErrorNotice } from "../../shared/ErrorNotice.tsx";
import { faultAt, isAllAt } from "../pieces/faults.ts";
import { useSaveGoal } from "./mutations.ts";

interface Props {
  goal: GoalText;
  /** Nothing where a report has no time. */
  within: string | undefined;
  onSaved: (goal: Goal) => void;
  onClose: () => void;
}

/** Keeps the goal of a form under a name. */
export function SaveGoalDialog({ goal, within, onSaved, onClose }: Props) {
  const saving = useSaveGoal();
  const [name, setName] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  function save() {
    setIsMissing(name.trim() === "");
    if (name.trim() === "") return;
    saving.mutate(
      { name, goal, ...(within !== undefined && { within }) },
      {
        onSuccess(saved) {
          onSaved(saved.goal);
          onClose();
        },
      },
    );
  }
  return (
    <Dialog title="Save goal" onClose={onClose}>
      {/* No form: it would lie within that of a report. */}
      {saving.error !== null && !isAllAt(saving.error, ["name"]) && <ErrorNotice error={saving.error} />}
      <TextInput
        label="Name"
        description="Reports list it below this name."
        maxLength={100}
        autoComplete="off"
        value={name}
        error={isMissing ? "Enter a name." : faultAt(saving.error, "name")}
        onChange={({ currentTarget }) => {
          setIsMissing(false);
          setName(currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          save();
        }}
        data-autofocus
      />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={saving.isPending} onClick={save}>
          Save
        </Button>
      </Group>
    </Dialog>
  );
}
