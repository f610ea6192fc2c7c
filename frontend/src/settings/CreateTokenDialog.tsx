import { Button, Group, NativeSelect, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { Role } from "../api/client.ts";
import { announce } from "../shared/Announcer.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { faultsOf } from "../shared/errorMessages.ts";
import { capitalize } from "../shared/format.ts";
import { Secret } from "../shared/Secret.tsx";
import { useCreateToken } from "./mutations.ts";

/** What each role may do. In the list itself, it would be cut off on a phone. */
const ROLES: Record<Role, string> = {
  ADMIN: "Everything but tokens, webhooks, and erasing people.",
  SUPERADMIN: "Everything.",
};

/** In days. */
const TIMES = { "30": "In 30 days", "90": "In 90 days", "365": "In a year", never: "Never" };

/** Makes a token. From when it is made, only a button below it closes the dialog, so that nobody loses it by accident. */
export function CreateTokenDialog({ onClose }: { onClose: () => void }) {
  const creating = useCreateToken();
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("ADMIN");
  const [time, setTime] = useState("90");
  const [isMissing, setIsMissing] = useState(false);
  const refused = faultsOf(creating.error).find(({ path }) => path === "name");

  function submit(event: FormEvent) {
    event.preventDefault();
    setIsMissing(name.trim() === "");
    if (name.trim() === "") return;
    creating.mutate({ name: name.trim(), role, days: time === "never" ? null : Number(time) });
  }
  if (creating.data !== undefined) {
    return (
      <Dialog title="Token created" size={560}>
        <Secret secret={creating.data.secret} noun="token" onClose={onClose}>
          <span>Copy it now, and give it to who shall sign in with it. Treat it like a password.</span>
        </Secret>
      </Dialog>
    );
  }
  return (
    <Dialog title="Create token" onClose={creating.isPending ? undefined : onClose}>
      <form onSubmit={submit} noValidate>
        {creating.error !== null && refused === undefined && (
          <ErrorNotice error={creating.error} neededRole="SUPERADMIN" />
        )}
        <TextInput
          label="Name"
          description="Who or what it is for. Shown in the audit log."
          maxLength={100}
          autoComplete="off"
          value={name}
          error={isMissing ? "Enter a name." : refused && `${capitalize(refused.message)}.`}
          onChange={(event) => {
            setIsMissing(false);
            setName(event.currentTarget.value);
          }}
          data-autofocus
        />
        <NativeSelect
          mt="sm"
          label="Role"
          description={ROLES[role]}
          data={Object.keys(ROLES)}
          value={role}
          onChange={(event) => {
            const chosen = event.currentTarget.value as Role;
            setRole(chosen);
            announce(ROLES[chosen]);
          }}
        />
        <NativeSelect
          mt="sm"
          label="Expires"
          data={Object.entries(TIMES).map(([value, label]) => ({ value, label }))}
          value={time}
          onChange={(event) => setTime(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" disabled={creating.isPending} onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={creating.isPending}>
            Create token
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
