import { Button, Group, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import type { SegmentUser } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { userName } from "../shared/userName.ts";
import type { SegmentKey } from "./queries.ts";
import { useRemoval } from "./useMembership.ts";

interface Props {
  user: SegmentUser;
  segmentKey: SegmentKey;
  name: string;
  onRemoved: (user: SegmentUser) => void;
  onClose: () => void;
}

/** Takes a user out, for a reason that the next admin can read. */
export function RemoveDialog({ user, segmentKey, name, onRemoved, onClose }: Props) {
  const [reason, setReason] = useState("");
  const removal = useRemoval(segmentKey);
  function finish() {
    onRemoved(user);
    onClose();
  }
  return (
    <Dialog onClose={onClose} title={`Remove ${userName(user)}?`}>
      <Text size="sm" mb="md">
        They leave <span className="isolated">{name}</span> now and{" "}
        <strong>stay out until restored, even if they match the definition</strong>.
      </Text>
      {removal.error !== null && <ErrorNotice error={removal.error} />}
      <Textarea
        label="Reason"
        description="Optional. Shown in the audit log."
        maxLength={500}
        autosize
        minRows={2}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color="red.8"
          loading={removal.isPending}
          onClick={() => removal.mutate({ user, reason }, { onSuccess: finish })}
        >
          Remove
        </Button>
      </Group>
    </Dialog>
  );
}
