import "@mantine/core/styles/Popover.css";
import "@mantine/core/styles/Menu.css";
import { Menu } from "@mantine/core";
import { IconArchive, IconArchiveOff, IconCopy, IconPencil, IconTag, IconTrash } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import type { Segment } from "../api/client.ts";
import { MenuButton } from "../shared/MenuButton.tsx";
import { MenuItemLink } from "../shared/MenuItemLink.tsx";
import { useOpenedMenu } from "../shared/useOpenedMenu.ts";
import { DeleteDialog } from "./DeleteDialog.tsx";
import { useDuplicate, useSetActive } from "./mutations.ts";

const TagsDialog = lazy(async () => ({ default: (await import("./TagsDialog.tsx")).TagsDialog }));

interface Props {
  segment: Segment;
  onDeleted?: (() => Promise<void>) | undefined;
}

/** Built-in segments can only be duplicated and tagged. */
export default function SegmentMenuItems({ segment, onDeleted }: Props) {
  const { button, menu } = useOpenedMenu();
  const [isDeleting, setIsDeleting] = useState(false);
  const [isTagging, setIsTagging] = useState(false);
  const duplicate = useDuplicate(segment);
  const isCustom = segment.type === "custom";
  return (
    <>
      <Menu {...menu} withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <MenuButton ref={button} name={segment.name} />
        </Menu.Target>
        <Menu.Dropdown>
          {isCustom && (
            <MenuItemLink
              to="/segments/$id/edit"
              params={{ id: segment.segmentValue }}
              leftSection={<IconPencil size={16} />}
            >
              Edit
            </MenuItemLink>
          )}
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => duplicate.mutate()}>
            Duplicate
          </Menu.Item>
          <Menu.Item leftSection={<IconTag size={16} />} onClick={() => setIsTagging(true)}>
            Tags…
          </Menu.Item>
          {isCustom && <CustomItems segment={segment} onDelete={() => setIsDeleting(true)} />}
        </Menu.Dropdown>
      </Menu>
      <Suspense>
        {isTagging && (
          <TagsDialog ids={[`${segment.segmentType}:${segment.segmentValue}`]} onClose={() => setIsTagging(false)} />
        )}
      </Suspense>
      {isDeleting && <DeleteDialog segment={segment} onClose={() => setIsDeleting(false)} onDeleted={onDeleted} />}
    </>
  );
}

function CustomItems({ segment, onDelete }: { segment: Segment; onDelete: () => void }) {
  const setActive = useSetActive(segment);
  const Icon = segment.isActive ? IconArchive : IconArchiveOff;
  return (
    <>
      <Menu.Item leftSection={<Icon size={16} />} onClick={() => setActive.mutate(!segment.isActive)}>
        {segment.isActive ? "Archive" : "Activate"}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item leftSection={<IconTrash size={16} />} c="var(--bad)" onClick={onDelete}>
        Delete…
      </Menu.Item>
    </>
  );
}
