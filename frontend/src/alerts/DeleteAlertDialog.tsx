import { useQuery } from "@tanstack/react-query";
import type { Alert } from "../api/client.ts";
import { quotedName } from "../segments/health.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { useDeleteAlert } from "./mutations.ts";
import { ruleText } from "./words.ts";

interface Props {
  alert: Alert;
  onClose: () => void;
}

export function DeleteAlertDialog({ alert, onClose }: Props) {
  const deleting = useDeleteAlert(alert);
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <Dialog title="Delete alert?" onClose={onClose}>
      <p className="isolated">
        {quotedName(alert.segment, named)}: {ruleText(alert)}.
      </p>
      <p className="quiet">
        {alert.state === "firing" && "It is firing now, and will be over. "}Its history stays on record.
      </p>
      {deleting.error !== null && <ErrorNotice error={deleting.error} />}
      <ConfirmButtons
        isDangerous
        isPending={deleting.isPending}
        onCancel={onClose}
        onConfirm={() => deleting.mutate(undefined, { onSuccess: onClose })}
      >
        Delete alert
      </ConfirmButtons>
    </Dialog>
  );
}
