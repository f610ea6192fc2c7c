import { Button, Group, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import type { Person } from "../shared/person.ts";
import type { SegmentKey } from "./queries.ts";
import { useRemoval } from "./useMembership.ts";

interface Props {
  person: Person;
  segmentKey: SegmentKey;
  name: string;
  onRemoved: (person: Person) => void;
  onClose: () => void;
}

/** Takes a user out, for a reason that the next admin can read. */
export function RemoveDialog({ person, segmentKey, name, onRemoved, onClose }: Props) {
  const [reason, setReason] = useState("");
  const removal = useRemoval(segmentKey);
  function finish() {
    onRemoved(person);
    onClose();
  }
  return (
    <Dialog onClose={onClose} title={`Remove ${person.name}?`}>
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
          onClick={() => removal.mutate({ person, reason }, { onSuccess: finish })}
        >
          Remove
        </Button>
      </Group>
    </Dialog>
  );
}
