import { Button } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Suspense, useEffect, useId, useRef, useState } from "react";
import type { SegmentUser, Show } from "../api/client.ts";
import type { PageSize, Panel } from "../app/routes.ts";
import { Choice } from "../shared/Choice.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { LoadingRows } from "../shared/LoadingRows.tsx";
import panel from "../shared/Panel.module.css";
import { type Person, personOf } from "../shared/person.ts";
import { SearchInput } from "../shared/SearchInput.tsx";
import { useKeptText } from "../shared/useKeptText.ts";
import { placeText } from "../sync/mail.ts";
import { AddDialog, ExplainDialog, RemoveDialog } from "./dialogs.ts";
import { ExportMembers } from "./ExportMembers.tsx";
import { ExportOverrides } from "./ExportOverrides.tsx";
import styles from "./MembersPanel.module.css";
import { NoUsers } from "./NoUsers.tsx";
import { Pagination } from "./Pagination.tsx";
import { PAGE_SIZE, type SegmentKey, segmentQuery, usersQuery } from "./queries.ts";
import { RemovedNotice } from "./RemovedNotice.tsx";
import { UsersTable } from "./UsersTable.tsx";
import { useDetailSearch } from "./useDetailSearch.ts";

interface Props {
  segmentKey: SegmentKey;
  name: string;
  /** Where there is no choice between the two. */
  only?: Show;
}

type OpenDialog =
  | { kind: "remove"; user: SegmentUser }
  | { kind: "explain"; person: Person; standing: "in" | "excluded from" | "not in"; place: string | null }
  | { kind: "add"; person?: Person };

const TITLES: Record<Show, string> = { members: "Members", excluded: "Excluded", included: "Added by hand" };

/** Who is in the segment, or is kept in or out of it by an admin. What is searched for may be a person's, so it stays out of the address. */
export function MembersPanel({ segmentKey, name, only }: Props) {
  const { search: asked, change } = useDetailSearch();
  const { page = 1, size = PAGE_SIZE, panel: chosen = "members", order } = asked;
  const shown = only ?? chosen;
  const titleId = useId();
  const [text, setText] = useKeptText(`${only ?? "members"} of ${segmentKey.segmentType}:${segmentKey.segmentValue}`);
  const [searched] = useDebouncedValue(text.trim(), 250);
  const [dialog, setDialog] = useState<OpenDialog>();
  const [removed, setRemoved] = useState<Person>();
  const users = useQuery(usersQuery(segmentKey, { show: shown, page, size, searchQuery: searched, order }));
  const segment = useQuery(segmentQuery(segmentKey));

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
    if (page !== 1) change({ page: undefined });
  }
  function go(next: number) {
    change({ page: next === 1 ? undefined : next });
    heading.current?.scrollIntoView({ block: "nearest" });
  }
  /** The first user who is seen stays on the page. */
  function resize(next: PageSize) {
    const first = Math.floor(((page - 1) * size) / next) + 1;
    change({ size: next === PAGE_SIZE ? undefined : next, page: first === 1 ? undefined : first });
    heading.current?.scrollIntoView({ block: "nearest" });
  }
  function choose(next: Panel) {
    setRemoved(undefined);
    change({ panel: next === "excluded" ? next : undefined, page: undefined, order: undefined });
  }
  return (
    <section className={panel.panel} aria-labelledby={titleId}>
      <div className={panel.head}>
        <h3 className={`${panel.title} ${styles.top}`} id={titleId} ref={heading} tabIndex={-1}>
          {TITLES[shown]}
        </h3>
        <div className={styles.actions}>
          {shown !== "excluded" && (
            <Button
              variant="default"
              size="compact-sm"
              leftSection={<IconUserPlus size={16} />}
              onClick={() => setDialog({ kind: "add" })}
            >
              Add person…
            </Button>
          )}
          {shown === "members" ? (
            <ExportMembers segmentKey={segmentKey} name={name} searched={searched} order={order} />
          ) : (
            <ExportOverrides
              segmentKey={segmentKey}
              decision={shown === "included" ? "include" : "exclude"}
              searched={searched}
            />
          )}
          {only === undefined && <PanelChoice shown={chosen} onChoose={choose} />}
        </div>
      </div>
      {removed !== undefined && (
        <RemovedNotice
          key={removed.id}
          person={removed}
          segmentKey={segmentKey}
          onUndone={() => {
            setRemoved(undefined);
            heading.current?.focus({ preventScroll: true });
          }}
        />
      )}
      {shown === "included" && (
        <p className="quiet">
          They stay in, even if they don't match the definition, until the override ends or you remove it.
        </p>
      )}
      <SearchInput label="Search by name, email or ID" value={text} maxLength={256} onChange={search} />
      {users.error !== null && users.data === undefined ? (
        <ErrorNotice error={users.error} onRetry={() => void users.refetch()} />
      ) : (
        <div
          className={`${panel.list} ${styles.list}`}
          aria-busy={users.isFetching}
          data-stale={users.isPlaceholderData}
        >
          {users.data === undefined || segment.isPending ? (
            <LoadingRows of="users" count={PAGE_SIZE} />
          ) : users.data.users.length === 0 ? (
            <NoUsers
              shown={shown}
              searched={searched}
              users={users.data}
              name={name}
              onExplain={(person) => setDialog({ kind: "explain", person, standing: "not in", place: null })}
              onAdd={(person) => setDialog({ kind: "add", person })}
            />
          ) : (
            <UsersTable
              users={users.data.users}
              segmentKey={segmentKey}
              shown={shown}
              isSynced={segment.data?.sync != null}
              order={order}
              onSort={(next) => change({ order: next, page: undefined })}
              onRemove={(user) => setDialog({ kind: "remove", user })}
              onExplain={(user) =>
                setDialog({
                  kind: "explain",
                  person: personOf(user),
                  standing: shown === "excluded" ? "excluded from" : "in",
                  place: placeText(user.mail),
                })
              }
            />
          )}
        </div>
      )}
      {users.data !== undefined && (
        <Pagination
          page={page}
          pages={users.data.totalPages}
          total={users.data.total}
          size={size}
          onGo={go}
          onResize={resize}
        />
      )}
      <Suspense>
        {dialog !== undefined && (
          <PanelDialog
            dialog={dialog}
            segmentKey={segmentKey}
            name={name}
            onRemoved={setRemoved}
            onClose={() => setDialog(undefined)}
          />
        )}
      </Suspense>
    </section>
  );
}

interface DialogProps {
  dialog: OpenDialog;
  segmentKey: SegmentKey;
  name: string;
  onRemoved: (person: Person) => void;
  onClose: () => void;
}

function PanelDialog({ dialog, onRemoved, ...rest }: DialogProps) {
  switch (dialog.kind) {
    case "remove":
      return <RemoveDialog person={personOf(dialog.user)} onRemoved={onRemoved} {...rest} />;
    case "explain":
      return <ExplainDialog person={dialog.person} standing={dialog.standing} place={dialog.place} {...rest} />;
    case "add":
      return <AddDialog person={dialog.person} {...rest} />;
  }
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
