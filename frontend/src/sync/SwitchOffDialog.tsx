import type { SegmentSync } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { pluralize } from "../shared/format.ts";
import { useSetSync } from "./mutations.ts";
import styles from "./SyncDialogs.module.css";

interface Props {
  segmentKey: SegmentKey;
  name: string;
  sync: SegmentSync;
  onClose: () => void;
}

/** Shows what is removed at Resend and what stays. */
export function SwitchOffDialog({ segmentKey, name, sync, onClose }: Props) {
  const setting = useSetSync(segmentKey, name);
  return (
    <Dialog onClose={onClose} title={`Turn off sync for ${name}?`}>
      <div className={styles.body}>
        <p>
          <strong>Removed:</strong> {removedText(sync)}
        </p>
        <p>
          <strong>Kept:</strong> all contacts at Resend with their opt-outs, and the segment and its members here.
        </p>
        <p className="quiet">Requires the SUPERADMIN role.</p>
        {setting.error !== null && <ErrorNotice error={setting.error} neededRole="SUPERADMIN" />}
      </div>
      <ConfirmButtons
        isDangerous
        isPending={setting.isPending}
        onCancel={onClose}
        onConfirm={() => setting.mutate({ state: "off" }, { onSuccess: onClose })}
      >
        Turn off
      </ConfirmButtons>
    </Dialog>
  );
}

function removedText({ state, remoteSegmentId, madeHere, delivered }: SegmentSync): string {
  if (state === "gone") return "nothing. The segment at Resend is already gone.";
  if (remoteSegmentId === null) return "nothing. No sync has created a segment at Resend yet.";
  if (madeHere) return "the segment at Resend, with the next sync.";
  const people = pluralize(delivered, "person", "people");
  return `${people} from the segment at Resend, with the next sync. The segment stays, because someone else created it.`;
}
