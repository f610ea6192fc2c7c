import { Button } from "@mantine/core";
import { IconHelpCircle, IconUserMinus, IconUsers } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import type { GetUserSegmentsResult, UserMembership } from "../api/client.ts";
import { ExplainDialog, RemoveDialog } from "../detail/dialogs.ts";
import { RemovedNotice } from "../detail/RemovedNotice.tsx";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { idOf, keyIn } from "../segments/segmentKey.ts";
import { actorName } from "../shared/actorName.ts";
import { EmptyState } from "../shared/EmptyState.tsx";
import type { Person } from "../shared/person.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";

interface Props {
  person: Person;
  found: GetUserSegmentsResult;
}

interface OpenDialog {
  kind: "explain" | "remove";
  membership: UserMembership;
}

/** The segments that somebody is in. Roles are given by hand: browsers forget them where rows become cards. */
export function MembershipsTable({ person, found }: Props) {
  const [dialog, setDialog] = useState<OpenDialog>();
  const [removed, setRemoved] = useState<UserMembership>();
  const notice = removed !== undefined && (
    <RemovedNotice
      key={idOf(removed)}
      person={person}
      segmentKey={keyIn(removed)}
      from={removed.name}
      onUndone={() => setRemoved(undefined)}
    />
  );
  if (found.segments.length === 0) {
    return (
      <>
        {notice}
        <EmptyState icon={IconUsers} title="In no segment">
          They match no definition now, or are excluded.
        </EmptyState>
      </>
    );
  }
  return (
    <>
      {notice}
      <table className={table.table} role="table" aria-label="Segments now">
        <TableHead columns={["Segment", "Member since", "Why"]} hasActions />
        <tbody>
          {found.segments.map((membership) => (
            <Membership
              key={idOf(membership)}
              membership={membership}
              found={found}
              onOpen={(kind) => setDialog({ kind, membership })}
            />
          ))}
        </tbody>
      </table>
      <Suspense>
        {dialog?.kind === "explain" && (
          <ExplainDialog
            person={person}
            segmentKey={keyIn(dialog.membership)}
            name={dialog.membership.name}
            standing="in"
            place={null}
            onClose={() => setDialog(undefined)}
          />
        )}
        {dialog?.kind === "remove" && (
          <RemoveDialog
            person={person}
            segmentKey={keyIn(dialog.membership)}
            name={dialog.membership.name}
            onRemoved={() => setRemoved(dialog.membership)}
            onClose={() => setDialog(undefined)}
          />
        )}
      </Suspense>
    </>
  );
}

interface RowProps {
  membership: UserMembership;
  found: GetUserSegmentsResult;
  onOpen: (kind: OpenDialog["kind"]) => void;
}

function Membership({ membership, found, onOpen }: RowProps) {
  const id = idOf(membership);
  const override = found.overrides.find((override) => idOf(override) === id);
  return (
    <tr role="row">
      <td role="cell">
        <SegmentLink id={id} />
      </td>
      <td role="cell" data-label="Member since">
        <Time at={membership.addedAt} />
      </td>
      <td role="cell" data-label="Why" className="isolated">
        {override === undefined ? "Matches the definition" : `Added by ${actorName(override.actor)}`}
      </td>
      <td role="cell">
        <div className={table.buttons}>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconHelpCircle size={16} />}
            aria-label={`Why in ${membership.name}?`}
            onClick={() => onOpen("explain")}
          >
            Why?
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconUserMinus size={16} />}
            aria-label={`Remove from ${membership.name}`}
            onClick={() => onOpen("remove")}
          >
            Remove
          </Button>
        </div>
      </td>
    </tr>
  );
}
