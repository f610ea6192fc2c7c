import { Button, Group, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { faultsOf, isNotFound } from "../shared/errorMessages.ts";
import type { Person } from "../shared/person.ts";
import type { SegmentKey } from "./queries.ts";
import { useAddition } from "./useMembership.ts";

interface Props {
  /** Nothing if their id is to be entered. */
  person?: Person | undefined;
  segmentKey: SegmentKey;
  name: string;
  onClose: () => void;
}

/** Puts somebody in who may not match the definition. */
export function AddDialog({ person, segmentKey, name, onClose }: Props) {
  const [id, setId] = useState(person?.id ?? "");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const addition = useAddition(segmentKey);
  const faults = faultsOf(addition.error);
  const faultAt = (path: string) => faults.find((fault) => fault.path === path)?.message;
  const unknown = isNotFound(addition.error) ? "No user has this ID." : undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    const entered = id.trim();
    setIsMissing(entered === "");
    if (entered === "") return;
    const added = person?.id === entered ? person : { id: entered, name: entered };
    const instant = until === "" ? undefined : new Date(until).toISOString();
    addition.mutate({ person: added, reason, until: instant }, { onSuccess: onClose });
  }
  return (
    <Dialog onClose={onClose} title={person === undefined ? "Add a person" : `Add ${person.name}?`}>
      <form onSubmit={submit} noValidate>
        <Text size="sm" mb="md">
          They join <span className="isolated">{name}</span> now and{" "}
          <strong>stay in, even if they don't match the definition</strong>.
        </Text>
        {addition.error !== null && unknown === undefined && faults.length === 0 && (
          <ErrorNotice error={addition.error} />
        )}
        <TextInput
          label="User ID"
          description="As your app knows them."
          value={id}
          maxLength={256}
          error={isMissing ? "Enter a user ID." : (unknown ?? faultAt("userId"))}
          onChange={(event) => setId(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <TextInput
          mt="sm"
          type="datetime-local"
          label="Until"
          description="Optional. Then the definition decides again."
          value={until}
          error={faultAt("expiresAt")}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
        <Textarea
          mt="sm"
          label="Reason"
          description="Optional. Shown in the audit log."
          maxLength={500}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={addition.isPending}>
            Add
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
