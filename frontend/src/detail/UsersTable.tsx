import { Button } from "@mantine/core";
import { IconArrowBackUp, IconHelpCircle, IconUserMinus } from "@tabler/icons-react";
import type { SegmentUser, Show } from "../api/client.ts";
import type { PeopleSort, PeopleSortKey } from "../app/routes.ts";
import { actorName } from "../shared/actorName.ts";
import { personOf } from "../shared/person.ts";
import { StateLabel } from "../shared/StateLabel.tsx";
import { nextSort } from "../shared/sorting.ts";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import { Time } from "../shared/Time.tsx";
import { UserCell } from "../shared/UserCell.tsx";
import { userName } from "../shared/userName.ts";
import { mailText } from "../sync/mail.ts";
import styles from "./MembersPanel.module.css";
import type { SegmentKey } from "./queries.ts";
import { useRestore } from "./useMembership.ts";

interface Props {
  users: SegmentUser[];
  segmentKey: SegmentKey;
  shown: Show;
  /** Whether the segment is synced, so that it can be said where each member's mail stands. */
  isSynced: boolean;
  order: PeopleSort | undefined;
  onSort: (order: PeopleSort | undefined) => void;
  onRemove: (user: SegmentUser) => void;
  onExplain: (user: SegmentUser) => void;
}

const LABELS: Record<Show, string> = {
  members: "Members",
  excluded: "Excluded users",
  included: "Users added by hand",
};

const SORT_KEYS: Record<Show, Record<string, PeopleSortKey>> = {
  members: { User: "name", "Last active": "lastActivityAt", "Member since": "addedAt" },
  excluded: { User: "name", Since: "addedAt" },
  included: { User: "name", Since: "addedAt" },
};

/** A page of users. Roles are given by hand: browsers forget them where rows become cards. */
export function UsersTable({ users, segmentKey, shown, isSynced, order, onSort, onRemove, onExplain }: Props) {
  const ofMembers = ["Last active", "Member since", ...(isSynced ? ["Mail"] : [])];
  const columns = shown === "members" ? ofMembers : ["Since", "By", "Why"];
  return (
    <table className={table.table} role="table" aria-label={LABELS[shown]}>
      <TableHead
        columns={["User", "Plan", ...columns]}
        hasActions
        sorting={{
          keys: SORT_KEYS[shown],
          sort: order,
          onSort: (key) => onSort(nextSort(key as PeopleSortKey, order, key !== "name")),
        }}
      />
      <tbody>
        {users.map((user) => (
          <tr key={user.id} role="row">
            <UserCell user={user} />
            <td role="cell" data-label="Plan">
              <span className={`${styles.plan} isolated`}>{user.plan}</span>
            </td>
            {shown === "members" ? <MemberCells user={user} isSynced={isSynced} /> : <OverrideCells user={user} />}
            <td role="cell">
              <div className={table.buttons}>
                <Button
                  variant="subtle"
                  size="compact-sm"
                  leftSection={<IconHelpCircle size={16} />}
                  aria-label={`Why is ${userName(user)} ${shown === "excluded" ? "excluded" : "a member"}?`}
                  onClick={() => onExplain(user)}
                >
                  Why?
                </Button>
                {shown === "members" ? (
                  <Button
                    variant="default"
                    size="compact-sm"
                    leftSection={<IconUserMinus size={16} />}
                    aria-label={`Remove ${userName(user)}`}
                    onClick={() => onRemove(user)}
                  >
                    Remove
                  </Button>
                ) : (
                  <Restore user={user} segmentKey={segmentKey} shown={shown} />
                )}
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MemberCells({ user, isSynced }: { user: SegmentUser; isSynced: boolean }) {
  return (
    <>
      <td role="cell" data-label="Last active">
        {user.lastActivityAt === null ? <span className="quiet">never</span> : <Time at={user.lastActivityAt} />}
      </td>
      <td role="cell" data-label="Member since">
        {user.addedAt !== null && <Time at={user.addedAt} />}
      </td>
      {isSynced && (
        <td role="cell" data-label="Mail" className={styles.mail}>
          {user.mail != null && <StateLabel state={user.mail.state}>{mailText(user.mail)}</StateLabel>}
        </td>
      )}
    </>
  );
}

function OverrideCells({ user }: { user: SegmentUser }) {
  const decision = user.override;
  return (
    <>
      <td role="cell" data-label="Since">
        {decision != null && <Time at={decision.createdAt} />}
        {decision?.expiresAt != null && (
          <span className="quiet">
            {" "}
            until <Time at={decision.expiresAt} />
          </span>
        )}
      </td>
      <td role="cell" data-label="By" className={`${styles.who} isolated`}>
        {decision != null && actorName(decision.actor)}
      </td>
      <td role="cell" data-label="Why" className="isolated">
        {decision?.reason ?? <span className="quiet">No reason given</span>}
      </td>
    </>
  );
}

interface RestoreProps {
  user: SegmentUser;
  segmentKey: SegmentKey;
  shown: "included" | "excluded";
}

function Restore({ user, segmentKey, shown }: RestoreProps) {
  const isIn = shown === "included";
  const restore = useRestore(segmentKey, isIn ? "include" : "exclude");
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconArrowBackUp size={16} />}
      loading={restore.isPending}
      aria-label={isIn ? `Remove override of ${userName(user)}` : `Restore ${userName(user)}`}
      onClick={() => restore.mutate(personOf(user))}
    >
      {isIn ? "Remove override" : "Restore"}
    </Button>
  );
}
