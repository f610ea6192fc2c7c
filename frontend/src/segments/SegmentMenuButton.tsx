import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { forwardRef } from "react";

interface Props {
  name: string;
  loading?: boolean;
  onClick?: () => void;
  onPointerEnter?: () => void;
}

/** Opens the menu of a card. */
export const SegmentMenuButton = forwardRef<HTMLButtonElement, Props>(({ name, ...rest }, ref) => (
  <ActionIcon
    ref={ref}
    variant="subtle"
    color="gray"
    aria-label={`More actions for ${name}`}
    aria-haspopup="menu"
    {...rest}
  >
    <IconDots size={18} color="var(--ink-2)" />
  </ActionIcon>
));
