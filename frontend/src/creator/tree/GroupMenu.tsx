import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/Menu.css";
import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { announce } from "../../shared/Announcer.tsx";

interface Props {
  label: string;
  isExcluding: boolean;
  onExclude: (isExcluding: boolean) => void;
}

/** What is rarely wanted of a group. */
export function GroupMenu({ label, isExcluding, onExclude }: Props) {
  function exclude(next: boolean) {
    onExclude(next);
    // The menu closes, and the mark at the head of the group is seen only.
    announce(next ? `${label} excludes the people it matches` : `${label} no longer excludes people`);
  }
  return (
    <Menu withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={24}
          c="var(--ink-2)"
          aria-label={`More actions for ${label}`}
          title="More actions"
        >
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.CheckboxItem closeMenuOnClick checked={isExcluding} onChange={exclude}>
          Exclude these
        </Menu.CheckboxItem>
      </Menu.Dropdown>
    </Menu>
  );
}
