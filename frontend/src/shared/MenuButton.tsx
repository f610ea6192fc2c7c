import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { forwardRef } from "react";

interface Props {
  /** Of what the actions are. */
  name: string;
  size?: number;
  loading?: boolean;
  onClick?: () => void;
  onPointerEnter?: () => void;
}

/** Opens a menu. */
export const MenuButton = forwardRef<HTMLButtonElement, Props>(({ name, size, ...rest }, ref) => (
  <ActionIcon
    ref={ref}
    variant="subtle"
    color="gray"
    {...(size === undefined ? {} : { size })}
    aria-label={`More actions for ${name}`}
    aria-haspopup="menu"
    {...rest}
  >
    <IconDots size={18} color="var(--ink-2)" />
  </ActionIcon>
));
