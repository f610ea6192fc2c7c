import { Button, Group } from "@mantine/core";
import { IconUserOff, IconUsers } from "@tabler/icons-react";
import type { GetSegmentUsersResult } from "../api/client.ts";
import type { Panel } from "../app/routes.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import type { Person } from "../shared/person.ts";

interface Props {
  shown: Panel;
  searched: string;
  users: GetSegmentUsersResult;
  /** Of the segment. */
  name: string;
  onExplain: (person: Person) => void;
  onAdd: (person: Person) => void;
}

/** Why the list of a segment is empty, and what to do. */
export function NoUsers({ shown, searched, users, name, onExplain, onAdd }: Props) {
  if (users.total > 0) return <EmptyState icon={IconUsers} title="This page doesn't exist" />;
  if (searched !== "" && shown === "members") {
    // Only members are searched, so somebody else can be named by their id alone.
    const person = { id: searched, name: searched };
    return (
      <EmptyState icon={IconUsers} title={`No members match “${searched}”`}>
        <span>
          Check the spelling, or search for part of a name or email. If “{searched}” is a user ID, see why they are not
          in <span className="isolated">{name}</span>, or add them.
        </span>
        <Group gap="xs" justify="center">
          <Button variant="default" size="sm" onClick={() => onExplain(person)}>
            Why not?
          </Button>
          <Button variant="default" size="sm" onClick={() => onAdd(person)}>
            Add anyway…
          </Button>
        </Group>
      </EmptyState>
    );
  }
  if (searched !== "") {
    return (
      <EmptyState icon={IconUsers} title={`No users match “${searched}”`}>
        Check the spelling, or search for part of a name or email.
      </EmptyState>
    );
  }
  if (shown === "excluded") {
    return (
      <EmptyState icon={IconUserOff} title="No one is excluded">
        Users you remove appear here, with the reason, until you restore them.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconUsers} title="No members">
      No users match the definition now. Each run adds those who do.
    </EmptyState>
  );
}
