import { Text } from "@mantine/core";
import type { DeclaredAttribute } from "../api/client.ts";
import { ConfirmButtons } from "../shared/ConfirmButtons.tsx";
import { Dialog } from "../shared/Dialog.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { useArchiveAttribute } from "./mutations.ts";

interface Props {
  attribute: DeclaredAttribute;
  onClose: () => void;
}

export function ArchiveDialog({ attribute, onClose }: Props) {
  const archiving = useArchiveAttribute(attribute);
  return (
    <Dialog title={`Archive ${attribute.label}?`} onClose={onClose}>
      <Text size="sm" mb="md">
        Its values stay but no longer change, and no condition can test them. To use it again, declare the key{" "}
        {attribute.key} again.
      </Text>
      {archiving.error !== null && <ErrorNotice error={archiving.error} />}
      <ConfirmButtons
        isDangerous
        isPending={archiving.isPending}
        onCancel={onClose}
        onConfirm={() => archiving.mutate(undefined, { onSuccess: onClose })}
      >
        Archive attribute
      </ConfirmButtons>
    </Dialog>
  );
}
