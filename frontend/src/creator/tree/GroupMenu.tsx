// The menu of a group. Its code is fetched when somebody first reaches for it.
import { lazy, Suspense, useState } from "react";
import { MenuButton } from "../../shared/MenuButton.tsx";
import type { GroupMenuProps } from "./GroupMenuItems.tsx";

const load = () => import("./GroupMenuItems.tsx");
const GroupMenuItems = lazy(load);

export function GroupMenu(props: GroupMenuProps) {
  const [isWanted, setIsWanted] = useState(false);
  const closed = (
    <MenuButton
      name={props.label}
      size={24}
      loading={isWanted}
      onClick={() => setIsWanted(true)}
      onPointerEnter={() => void load()}
    />
  );
  if (!isWanted) return closed;
  return (
    <Suspense fallback={closed}>
      <GroupMenuItems {...props} />
    </Suspense>
  );
}
