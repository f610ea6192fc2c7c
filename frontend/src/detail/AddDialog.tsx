import { Button, Group, Text, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { faultsOf, isNotFound } from "../shared/errorMessages.ts";
import { readerZone } from "../shared/format.ts";
import type { Person } from "../shared/person.ts";
import { type Entered, PersonInput } from "./PersonInput.tsx";
import type { SegmentKey } from "./queries.ts";
import { useAddition } from "./useMembership.ts";

interface Props {
  /** Nothing if somebody is to be chosen. */
  person?: Person | undefined;
  segmentKey: SegmentKey;
  name: string;
  onClose: () => void;
}

/** Puts somebody in who may not match the definition. */
export function AddDialog({ person, segmentKey, name, onClose }: Props) {
  const [entered, setEntered] = useState<Entered>({ text: "" });
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const addition = useAddition(segmentKey);
  const faults = faultsOf(addition.error);
  const faultAt = (path: string) => faults.find((fault) => fault.path === path)?.message;
  const isUnknown = person === undefined && isNotFound(addition.error);

  function submit(event: FormEvent) {
    event.preventDefault();
    const id = entered.text.trim();
    const added = person ?? entered.person ?? { id, name: id };
    setIsMissing(added.id === "");
    if (added.id === "") return;
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
        {addition.error !== null && !isUnknown && faults.length === 0 && <ErrorNotice error={addition.error} />}
        {person === undefined && (
          <PersonInput
            entered={entered}
            error={
              isMissing
                ? "Choose a person, or enter an ID."
                : isUnknown
                  ? "No one has this ID. Choose a person from the list."
                  : faultAt("userId")
            }
            onChange={(next) => {
              setEntered(next);
              setIsMissing(false);
              addition.reset();
            }}
          />
        )}
        <TextInput
          mt="sm"
          type="datetime-local"
          label="Until"
          description={`Optional, in your time zone (${readerZone()}). Then the definition decides again.`}
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
          data-autofocus={person !== undefined || undefined}
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
