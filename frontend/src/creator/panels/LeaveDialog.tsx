import { Button, Group, Text } from "@mantine/core";
import { Dialog } from "../../shared/Dialog.tsx";

export function LeaveDialog({ onStay, onLeave }: { onStay: () => void; onLeave: () => void }) {
  return (
    <Dialog onClose={onStay} title="Discard unsaved changes?">
      <Text size="sm">If you leave now, your changes are lost.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={onStay}>
          Keep editing
        </Button>
        <Button color="red.8" onClick={onLeave}>
          Discard
        </Button>
      </Group>
    </Dialog>
  );
}
