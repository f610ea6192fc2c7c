import "@mantine/core/styles/Switch.css";
import { Button, Group, NativeSelect, Switch, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import type { AttributeType, DeclaredAttribute } from "../api/client.ts";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { faultsOf } from "../shared/errorMessages.ts";
import { useSaveAttribute } from "./mutations.ts";
import { TYPES } from "./types.ts";

interface Props {
  /** Nothing for a new one. */
  attribute?: DeclaredAttribute | undefined;
  onClose: () => void;
}

/** Declares an attribute or changes it. Its key and type stay. */
export function AttributeDialog({ attribute, onClose }: Props) {
  const saving = useSaveAttribute();
  const [key, setKey] = useState(attribute?.key ?? "");
  const [label, setLabel] = useState(attribute?.label ?? "");
  const [type, setType] = useState<AttributeType>(attribute?.type ?? "text");
  const [options, setOptions] = useState(attribute?.options.join("\n") ?? "");
  const [isPersonal, setIsPersonal] = useState(attribute?.personal ?? false);
  const faults = faultsOf(saving.error);
  const faultAt = (path: string) => faults.find((fault) => fault.path.startsWith(path))?.message;
  const isPlaced = faults.length > 0 && faults.every(({ path }) => /^(key|label|type|options)/.test(path));
  const hasOptions = type === "text" || type === "list";

  function submit(event: FormEvent) {
    event.preventDefault();
    const allowed = options
      .split("\n")
      .map((option) => option.trim())
      .filter(Boolean);
    saving.mutate(
      { key, label, type, personal: isPersonal, ...(hasOptions && { options: allowed }) },
      { onSuccess: onClose },
    );
  }
  return (
    <Dialog title={attribute === undefined ? "Declare an attribute" : `Edit ${attribute.label}`} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        {saving.error !== null && !isPlaced && <ErrorNotice error={saving.error} />}
        <TextInput
          label="Name"
          value={label}
          maxLength={256}
          error={faultAt("label")}
          onChange={(event) => setLabel(event.currentTarget.value)}
          data-autofocus
        />
        {attribute === undefined && (
          <>
            <TextInput
              mt="sm"
              label="Key"
              description="a to z, 0 to 9, and _. It can't be changed."
              value={key}
              maxLength={64}
              error={faultAt("key")}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoComplete="off"
            />
            <NativeSelect
              mt="sm"
              label="Type"
              description="It can't be changed."
              data={Object.entries(TYPES).map(([value, label]) => ({ value, label }))}
              value={type}
              error={faultAt("type")}
              onChange={(event) => setType(event.currentTarget.value as AttributeType)}
            />
          </>
        )}
        {hasOptions && (
          <Textarea
            mt="sm"
            label="Allowed values"
            description="One per line. Leave empty to allow any."
            autosize
            minRows={2}
            maxRows={8}
            value={options}
            error={faultAt("options")}
            onChange={(event) => setOptions(event.currentTarget.value)}
          />
        )}
        <Switch
          mt="sm"
          label="Personal"
          description="Treated like names: never in messages to other systems."
          checked={isPersonal}
          onChange={(event) => setIsPersonal(event.currentTarget.checked)}
        />
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
