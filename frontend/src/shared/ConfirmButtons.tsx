import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  /** What the button that confirms says. */
  children: ReactNode;
  onCancel: () => void;
  onConfirm: () => void;
  /** Something is removed or ended. */
  isDangerous?: boolean;
  isPending?: boolean;
  isDisabled?: boolean;
}

/** The end of a dialog that asks for confirmation. Cancel has the focus. */
export function ConfirmButtons({ children, onCancel, onConfirm, isDangerous, isPending, isDisabled }: Props) {
  return (
    <Group justify="flex-end" mt="lg">
      <Button variant="default" onClick={onCancel} data-autofocus>
        Cancel
      </Button>
      <Button
        {...(isDangerous ? { color: "red.8" } : {})}
        loading={isPending ?? false}
        disabled={isDisabled ?? false}
        onClick={onConfirm}
      >
        {children}
      </Button>
    </Group>
  );
}
