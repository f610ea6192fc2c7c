import { Button, Group, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { Dialog } from "../../shared/Dialog.tsx";

interface Props {
  isDirty: () => boolean;
  onLeave: () => void;
}

/** Asks before unsaved work is left. */
export function LeaveGuard({ isDirty, onLeave }: Props) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: isDirty,
    enableBeforeUnload: isDirty,
    withResolver: true,
  });
  return (
    <Dialog opened={status === "blocked"} onClose={() => reset?.()} title="Discard unsaved changes?">
      <Text size="sm">If you leave now, your changes are lost.</Text>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" data-autofocus onClick={() => reset?.()}>
          Keep editing
        </Button>
        <Button
          color="red.8"
          onClick={() => {
            onLeave();
            proceed?.();
          }}
        >
          Discard
        </Button>
      </Group>
    </Dialog>
  );
}
