import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ChoiceField } from "../analytics/pieces/ChoiceField.tsx";
import { faultAt, isAllAt } from "../analytics/pieces/faults.ts";
import { SegmentField } from "../analytics/pieces/SegmentField.tsx";
import type { Alert, AlertBase, AlertDirection, AlertKind } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import styles from "./Alerts.module.css";
import { type AlertDraft, draftOf, missingOf, paramsOf } from "./draft.ts";
import { useSaveAlert } from "./mutations.ts";
import { BASES, DIRECTIONS, KINDS, watchesChange } from "./words.ts";

/** The params that have a field. */
const FIELDS = ["segment", "kind", "threshold", "against", "direction", "minSize", "cooldownHours"];

interface Props {
  /** Nothing for a new one. */
  alert?: Alert | undefined;
  onClose: () => void;
}

/** Makes an alert or changes one. */
export function AlertDialog({ alert, onClose }: Props) {
  const saving = useSaveAlert();
  const [draft, setDraft] = useState(() => draftOf(alert));
  const [missing, setMissing] = useState<ReturnType<typeof missingOf>>({});
  const change = (changed: Partial<AlertDraft>) => {
    setMissing({});
    setDraft({ ...draft, ...changed });
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    const found = missingOf(draft);
    setMissing(found);
    if (Object.keys(found).length === 0) saving.mutate(paramsOf(draft, alert?.alertId), { onSuccess: onClose });
  }
  const faultOf = (name: keyof AlertDraft) => missing[name] ?? faultAt(saving.error, name);
  const number = (name: "threshold" | "minSize" | "cooldownHours", label: string, description: string) => (
    <TextInput
      label={label}
      description={description}
      inputMode="numeric"
      autoComplete="off"
      maxLength={13}
      value={draft[name]}
      error={faultOf(name)}
      onChange={({ currentTarget }) => change({ [name]: currentTarget.value })}
    />
  );
  return (
    <Dialog title={alert === undefined ? "New alert" : "Edit alert"} size={560} onClose={onClose}>
      <form onSubmit={submit} className={styles.fields} noValidate>
        {saving.error !== null && !isAllAt(saving.error, FIELDS) && (
          <div className={styles.wide}>
            <ErrorNotice error={saving.error} />
          </div>
        )}
        <div className={styles.wide}>
          <SegmentField
            label="Segment"
            value={draft.segment}
            fault={faultOf("segment")}
            onChange={(segment) => change({ segment })}
          />
        </div>
        <ChoiceField
          label="Fires when"
          options={Object.fromEntries(Object.entries(KINDS).map(([kind, { name }]) => [kind, name]))}
          value={draft.kind}
          fault={faultOf("kind")}
          onChange={(kind) => change({ kind: kind as AlertKind })}
        />
        {number("threshold", KINDS[draft.kind].unit, "")}
        {watchesChange(draft.kind) && (
          <>
            <ChoiceField
              label="Direction"
              options={DIRECTIONS}
              value={draft.direction}
              fault={faultOf("direction")}
              onChange={(direction) => change({ direction: direction as AlertDirection })}
            />
            <ChoiceField
              label="Compared with"
              options={BASES}
              value={draft.against}
              fault={faultOf("against")}
              onChange={(against) => change({ against: against as AlertBase })}
            />
            {number("minSize", "Smallest size", "Stays quiet if there were fewer members before.")}
          </>
        )}
        {number("cooldownHours", "Cooldown in hours", "Doesn’t fire again for so long after it fired.")}
        {alert !== undefined && (
          <p className={`${styles.wide} ${styles.calm}`}>
            Saving starts the alert over.{alert.state === "firing" && " It is firing now, and will be over."}
          </p>
        )}
        <Group justify="flex-end" className={styles.wide ?? ""}>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
