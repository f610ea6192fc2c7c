import { Button, Group, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import type { Liftable } from "./holds.ts";
import { useLift } from "./mutations.ts";
import styles from "./SyncDialogs.module.css";

interface Props {
  liftable: Liftable;
  onClose: () => void;
}

/** Lifts what keeps a user from getting mail. The audit log keeps the reason. */
export function LiftDialog({ liftable, onClose }: Props) {
  const [why, setWhy] = useState("");
  const [fault, setFault] = useState<string>();
  const lifting = useLift(liftable);
  const needsSuperadmin = liftable.mayBeCleared === "bySuperadmin";

  function submit(event: FormEvent) {
    event.preventDefault();
    if (why.trim() === "") return setFault("Enter a reason.");
    lifting.mutate(why.trim(), { onSuccess: onClose });
  }
  return (
    <Dialog onClose={onClose} title={titleOf(liftable)}>
      <form onSubmit={submit} className={styles.body} noValidate>
        <p>{whatFollows(liftable)}</p>
        {needsSuperadmin && <p className="quiet">Requires the SUPERADMIN role.</p>}
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
            {liftable.reason === "refused" ? "Try again" : "Lift"}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

function titleOf({ reason, email }: Liftable): string {
  return reason === "refused" ? `Try again with ${email}?` : `Lift the suppression of ${email}?`;
}

function whatFollows({ reason }: Liftable): string {
  if (reason === "refused") return "Resend refused this address. The next sync sends it to Resend once more.";
  if (reason === "deleted") return "The contact was deleted at Resend. The next sync may create it again.";
  return "The opt-out came from this person's earlier address. Lift it only if they agreed to get mail again.";
}
