import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { usePauseAll } from "./mutations.ts";
import styles from "./SyncDialogs.module.css";

interface Props {
  /** Whether a sync is active. */
  isActive: boolean;
  onClose: () => void;
}

/** Says what syncs still do while all are paused, and what they do not. */
export function PauseAllDialog({ isActive, onClose }: Props) {
  const pausing = usePauseAll();
  return (
    <Dialog onClose={onClose} title="Pause all syncs?">
      <div className={styles.body}>
        <p>
          <strong>Until you resume them,</strong> syncs only delete contacts of erased people and remove what is turned
          off.
        </p>
        <p>
          <strong>Everything else at Resend stays the same:</strong> people who join a segment are not added there, and
          people who leave or opt out are not removed. Opt-outs still arrive here.
        </p>
        {isActive && <p>The running sync finishes first.</p>}
        {pausing.error !== null && <ErrorNotice error={pausing.error} />}
      </div>
      <ConfirmButtons
        isPending={pausing.isPending}
        onCancel={onClose}
        onConfirm={() => pausing.mutate(true, { onSuccess: onClose })}
      >
        Pause all
      </ConfirmButtons>
    </Dialog>
  );
}
