import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { formatNumber, pluralize } from "../shared/format.ts";
import styles from "./SyncDialogs.module.css";

interface Props {
  heldBack: { leaving: number; delivered: number };
  onConfirm: () => void;
  onClose: () => void;
}

/** Says how many contacts a sync will remove before it may. */
export function AllowRemovalsDialog({ heldBack: { leaving, delivered }, onConfirm, onClose }: Props) {
  return (
    <Dialog onClose={onClose} title="Allow these removals?">
      <div className={styles.body}>
        <p>
          The sync will remove <strong>{formatNumber(leaving)}</strong> of {pluralize(delivered, "contact")} from the
          segment at Resend. The contacts themselves stay.
        </p>
      </div>
      <ConfirmButtons
        isDangerous
        onCancel={onClose}
        onConfirm={() => {
          onConfirm();
          onClose();
        }}
      >
        Remove {pluralize(leaving, "contact")}
      </ConfirmButtons>
    </Dialog>
  );
}
