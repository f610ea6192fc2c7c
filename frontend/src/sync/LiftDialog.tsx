import { Button, Group, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { SuppressionOfUser } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { useLift } from "./mutations.ts";
import styles from "./SyncDialogs.module.css";

interface Props {
  suppression: SuppressionOfUser;
  onClose: () => void;
}

/** Lifts a suppression. The audit log keeps the reason. */
export function LiftDialog({ suppression, onClose }: Props) {
  const [why, setWhy] = useState("");
  const [fault, setFault] = useState<string>();
  const lifting = useLift(suppression);
  const needsSuperadmin = suppression.mayBeCleared === "bySuperadmin";

  function submit(event: FormEvent) {
    event.preventDefault();
    if (why.trim() === "") return setFault("Give a reason.");
    lifting.mutate(why.trim(), { onSuccess: onClose });
  }
  return (
    <Dialog onClose={onClose} title={`Lift the suppression of ${suppression.email}?`}>
      <form onSubmit={submit} className={styles.body} noValidate>
        <p>{whatFollows(suppression)}</p>
        {needsSuperadmin && <p className="quiet">This needs the role SUPERADMIN.</p>}
        {lifting.error !== null && (
          <ErrorNotice error={lifting.error} neededRole={needsSuperadmin ? "SUPERADMIN" : undefined} />
        )}
        <Textarea
          label="Reason"
          description="Saved in the audit log."
          required
          maxLength={500}
          autosize
          minRows={2}
          value={why}
          error={fault}
          onChange={(event) => {
            setWhy(event.currentTarget.value);
            setFault(undefined);
          }}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={lifting.isPending}>
            Lift
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

function whatFollows({ reason }: SuppressionOfUser): string {
  if (reason === "deleted") return "The contact was deleted at Resend. The next sync may make it again.";
  return "The opt-out came from an earlier address of this person. Lift it only if they agreed to get mail again.";
}
