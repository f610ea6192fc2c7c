import { Button, Group, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type PreviewOfSync, RpcError } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { capitalize, pluralize } from "../shared/format.ts";
import { Notice } from "../shared/Notice.tsx";
import { useSetSync } from "./mutations.ts";
import { syncPreviewQuery } from "./queries.ts";
import styles from "./SyncDialogs.module.css";
import { confirmationText, heldText, minutesText, newContactsText, reachable } from "./words.ts";

interface Props {
  segmentKey: SegmentKey;
  name: string;
  onClose: () => void;
}

/** Shows in numbers what switching on would do. If it may make many contacts, the button says so. */
export function SwitchOnDialog({ segmentKey, name, onClose }: Props) {
  const preview = useQuery(syncPreviewQuery(segmentKey));
  const setting = useSetSync(segmentKey, name);
  const confirm = preview.data?.needsConfirmation ?? false;
  function switchOn() {
    setting.mutate(
      { state: "on", confirm },
      {
        onSuccess: onClose,
        // The number of new contacts may have grown since the preview, so switching on may need confirmation now.
        onError: (error) => error instanceof RpcError && error.is("Conflict") && void preview.refetch(),
      },
    );
  }
  return (
    <Dialog onClose={onClose} size={560} title={`Turn on sync for ${name}?`}>
      <div className={styles.body}>
        <p>
          Resend gets a segment with the same people, and every sync keeps it current.{" "}
          <strong>No one who unsubscribed is subscribed again.</strong>
        </p>
        {preview.error !== null && <ErrorNotice error={preview.error} onRetry={() => void preview.refetch()} />}
        {preview.isPending && <Skeleton height={190} />}
        {preview.data !== undefined && <Figures preview={preview.data} />}
        {setting.error !== null && <ErrorNotice error={setting.error} />}
      </div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button disabled={preview.data === undefined} loading={setting.isPending} onClick={switchOn}>
          {confirm ? `Create up to ${pluralize(preview.data?.contactsUnknown ?? 0, "contact")}` : "Turn on"}
        </Button>
      </Group>
    </Dialog>
  );
}

function Figures({ preview }: { preview: PreviewOfSync }) {
  const { members, suppressed, withoutAddress: noAddress, sharedAddresses, minutes, requests } = preview;
  const confirmation = confirmationText(preview);
  return (
    <>
      <dl className={styles.figures}>
        <dt>People</dt>
        <dd>
          {pluralize(reachable(preview), "person goes", "people go")} to Resend, of {pluralize(members, "member")}
          {sharedAddresses > 0 && `. ${pluralize(sharedAddresses, "person shares", "people share")} an address`}
        </dd>
        <dt>Held</dt>
        <dd>{capitalize(heldText({ suppressed, noAddress, refused: 0 }))}</dd>
        <dt>New contacts</dt>
        <dd>{newContactsText(preview)}</dd>
        <dt>Time</dt>
        <dd>
          {minutesText(minutes)}, for up to {pluralize(requests.most, "request")}
        </dd>
      </dl>
      {confirmation !== null && <Notice tone="warning">{confirmation}</Notice>}
    </>
  );
}
