import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/Menu.css";
import { Menu } from "@mantine/core";
import { announce } from "../../shared/Announcer.tsx";
import { MenuButton } from "../../shared/MenuButton.tsx";
import { useOpenedMenu } from "../../shared/useOpenedMenu.ts";

export interface GroupMenuProps {
  label: string;
  isExcluding: boolean;
  onExclude: (isExcluding: boolean) => void;
}

/** What is rarely wanted of a group. */
export default function GroupMenuItems({ label, isExcluding, onExclude }: GroupMenuProps) {
  const { button, menu } = useOpenedMenu();
  function exclude(next: boolean) {
    onExclude(next);
    // The menu closes, and the mark at the head of the group can only be seen.
    announce(next ? `${label} excludes the people it matches` : `${label} no longer excludes people`);
  }
  return (
    <Menu {...menu} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <MenuButton ref={button} name={label} size={24} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.CheckboxItem closeMenuOnClick checked={isExcluding} onChange={exclude}>
          Exclude these
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  );
}
