import { Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUserOff, IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useRef, useState } from "react";
import type { GetSegmentUsersResult, SegmentUser } from "../api/client.ts";
import { detailRoute, type Panel } from "../app/routes.ts";
import { Choice } from "../shared/Choice.tsx";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import panel from "../shared/Panel.module.css";
import { SearchInput } from "../shared/SearchInput.tsx";
import { ExplainDialog, RemoveDialog } from "./dialogs.ts";
import styles from "./MembersPanel.module.css";
import { Pagination } from "./Pagination.tsx";
import { PAGE_SIZE, type SegmentKey, usersQuery } from "./queries.ts";
import { RemovedNotice } from "./RemovedNotice.tsx";
import { UsersTable } from "./UsersTable.tsx";

interface Props {
  segmentKey: SegmentKey;
  name: string;
}

/** Who is in the segment, or is kept out of it. What is searched for may be a person's, so it stays out of the address. */
export function MembersPanel({ segmentKey, name }: Props) {
  const { page = 1, panel: shown = "members" } = detailRoute.useSearch();
  const [text, setText] = useState("");
  const [searched] = useDebouncedValue(text.trim(), 250);
  const [removing, setRemoving] = useState<SegmentUser>();
  const [removed, setRemoved] = useState<SegmentUser>();
  const [explained, setExplained] = useState<SegmentUser>();
  const users = useQuery(usersQuery(segmentKey, shown, page, searched));
  const updateSearch = useUpdateSearch();

  // The row with the focus may leave the list; the focus then moves to the heading.
  const listed = useRef<string[]>([]);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (users.data === undefined) return;
    const ids = users.data.users.map(({ id }) => id);
    const hasLostRows = listed.current.some((id) => !ids.includes(id));
    listed.current = ids;
    if (hasLostRows && document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [users.data]);

  function search(next: string) {
    setText(next);
    if (page !== 1) updateSearch({ page: undefined });
  }
  function choose(next: Panel) {
    setRemoved(undefined);
    updateSearch({ panel: next, page: undefined });
  }
  return (
    <section className={panel.panel} aria-labelledby="who">
      <div className={panel.head}>
        <h3 className={panel.title} id="who" ref={heading} tabIndex={-1}>
          {shown === "members" ? "Members" : "Excluded"}
        </h3>
        <PanelChoice shown={shown} onChoose={choose} />
      </div>
      {removed !== undefined && (
        <RemovedNotice
          key={removed.id}
          user={removed}
          segmentKey={segmentKey}
          onUndone={() => {
            setRemoved(undefined);
            heading.current?.focus({ preventScroll: true });
          }}
        />
      )}
      <SearchInput label="Search by name or email" value={text} maxLength={256} onChange={search} />
      {users.error !== null && users.data === undefined ? (
        <ErrorNotice error={users.error} onRetry={() => void users.refetch()} />
      ) : (
        <div
          className={`${panel.list} ${styles.list}`}
          aria-busy={users.isFetching}
          data-stale={users.isPlaceholderData}
        >
          {users.data === undefined ? (
            <LoadingUsers />
          ) : users.data.users.length === 0 ? (
            <NoUsers shown={shown} searched={searched} users={users.data} />
          ) : (
            <UsersTable
              users={users.data.users}
              segmentKey={segmentKey}
              shown={shown}
              onRemove={setRemoving}
              onExplain={setExplained}
            />
          )}
        </div>
      )}
      {users.data !== undefined && (
        <Pagination
          page={page}
          pages={users.data.totalPages}
          total={users.data.total}
          onGo={(next) => updateSearch({ page: next })}
        />
      )}
      <Suspense>
        {removing !== undefined && (
          <RemoveDialog
            user={removing}
            segmentKey={segmentKey}
            name={name}
            onRemoved={setRemoved}
            onClose={() => setRemoving(undefined)}
          />
        )}
        {explained !== undefined && (
          <ExplainDialog
            user={explained}
            segmentKey={segmentKey}
            name={name}
            isMember={shown === "members"}
            onClose={() => setExplained(undefined)}
          />
        )}
      </Suspense>
    </section>
  );
}

function useUpdateSearch() {
  const navigate = detailRoute.useNavigate();
  return (next: { page?: number | undefined; panel?: Panel }) =>
    void navigate({
      search: (before) => ({
        ...before,
        ...next,
        page: next.page === 1 ? undefined : next.page,
        panel: (next.panel ?? before.panel) === "excluded" ? "excluded" : undefined,
      }),
      replace: true,
      resetScroll: false,
    });
}

function PanelChoice({ shown, onChoose }: { shown: Panel; onChoose: (panel: Panel) => void }) {
  return (
    <Choice
      label="Filter users"
      isSmall
      options={[
        { value: "members", label: "Members" },
        { value: "excluded", label: "Excluded" },
      ]}
      value={shown}
      onChange={onChoose}
    />
  );
}

function LoadingUsers() {
  return (
    <div role="status" className={styles.waiting}>
      <span className="unseen">Loading users</span>
      {Array.from({ length: PAGE_SIZE }, (_, place) => (
        <Skeleton key={place} height={32} />
      ))}
    </div>
  );
}

function NoUsers({ shown, searched, users }: { shown: Panel; searched: string; users: GetSegmentUsersResult }) {
  if (users.total > 0) return <EmptyState icon={IconUsers} title="This page doesn't exist" />;
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
