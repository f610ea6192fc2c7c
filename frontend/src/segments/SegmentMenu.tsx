// The menu of a card. What it needs is fetched when somebody first reaches for it.
import { ActionIcon } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { forwardRef, lazy, Suspense, useState } from "react";
import type { Segment } from "../api/client.ts";

const load = () => import("./SegmentMenuItems.tsx");
const SegmentMenuItems = lazy(load);

export function SegmentMenu({ segment }: { segment: Segment }) {
  const [isWanted, setIsWanted] = useState(false);
  const closed = <MenuButton name={segment.name} loading={isWanted} onClick={() => setIsWanted(true)} />;
  if (!isWanted) return closed;
  return (
    <Suspense fallback={closed}>
      <SegmentMenuItems segment={segment} />
    </Suspense>
  );
}

interface ButtonProps {
  name: string;
  loading?: boolean;
  onClick?: () => void;
}

/** What opens the menu. */
export const MenuButton = forwardRef<HTMLButtonElement, ButtonProps>(({ name, ...rest }, ref) => (
  <ActionIcon
    ref={ref}
    variant="subtle"
    color="gray"
    aria-label={`More actions for ${name}`}
    aria-haspopup="menu"
    onPointerEnter={() => void load()}
    {...rest}
  >
    <IconDots size={18} color="var(--ink-2)" />
  </ActionIcon>
));
