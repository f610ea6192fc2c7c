import { IconUserOff, IconUserPlus, IconUsers } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import type { GetSegmentUsersResult, Show } from "../api/client.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import type { Person } from "../shared/person.ts";

const Outsiders = lazy(async () => ({ default: (await import("./Outsiders.tsx")).Outsiders }));

interface Props {
  shown: Show;
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
    return (
      <Suspense>
        <Outsiders searched={searched} name={name} onExplain={onExplain} onAdd={onAdd} />
      </Suspense>
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
  if (shown === "included") {
    return (
      <EmptyState icon={IconUserPlus} title="No one was added by hand">
        People you add appear here, with the reason, until the override ends or you remove it.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconUsers} title="No members">
      No users match the definition now. Each run adds those who do.
    </EmptyState>
  );
}
