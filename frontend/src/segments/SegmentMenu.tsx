// The menu of a card. Its code is fetched when somebody first reaches for it.
import { lazy, Suspense, useState } from "react";
import type { Segment } from "../api/client.ts";
import { MenuButton } from "../shared/MenuButton.tsx";

const load = () => import("./SegmentMenuItems.tsx");
const SegmentMenuItems = lazy(load);

interface Props {
  segment: Segment;
  /** Leaves the page of the segment. */
  onDeleted?: (() => Promise<void>) | undefined;
}

export function SegmentMenu({ segment, onDeleted }: Props) {
  const [isWanted, setIsWanted] = useState(false);
  const closed = (
    <MenuButton
      name={segment.name}
      loading={isWanted}
      onClick={() => setIsWanted(true)}
      onPointerEnter={() => void load()}
    />
  );
  if (!isWanted) return closed;
  return (
    <Suspense fallback={closed}>
      <SegmentMenuItems segment={segment} onDeleted={onDeleted} />
    </Suspense>
  );
}
