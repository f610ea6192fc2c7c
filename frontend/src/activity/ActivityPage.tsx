// Who did what, when, and to what.
import { NativeSelect, TextInput } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type ActivitySearch, activityRoute } from "../app/routes.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { actorName } from "../shared/actorName.ts";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import styles from "./Activity.module.css";
import { ActivityList } from "./ActivityList.tsx";
import { auditLogQuery } from "./queries.ts";
import { actionText, KNOWN_ACTIONS } from "./words.ts";

export function ActivityPage() {
  useDocumentTitle("Activity");
  const search = activityRoute.useSearch();
  return (
    <div className={page.page}>
      <header className={page.header}>
        <div>
          <PageTitle>Activity</PageTitle>
          <p className={page.subtitle}>Who changed what, newest first.</p>
        </div>
      </header>
      <section className={panel.panel} aria-label="Audit log">
        <Filters search={search} />
        <ActivityList filter={search} />
      </section>
    </div>
  );
}

function Filters({ search }: { search: ActivitySearch }) {
  const navigate = activityRoute.useNavigate();
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  // The choices are those who did something lately, whatever the other filters say.
  const latest = useInfiniteQuery(auditLogQuery({})).data?.pages.flatMap(({ entries }) => entries) ?? [];
  const change = (next: ActivitySearch) =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true, resetScroll: false });
  const nameOf = (id: string) => segments.find((segment) => segment.id === id)?.name ?? id;
  return (
    <search className={styles.filters}>
      <NativeSelect
        label="Who"
        data={optionsOf("Anyone", [...latest.map(({ actor }) => actor), search.who], actorName)}
        value={search.who ?? ""}
        onChange={({ currentTarget }) => change({ who: currentTarget.value })}
      />
      <NativeSelect
        label="What"
        data={optionsOf("Anything", [...KNOWN_ACTIONS, ...latest.map(({ action }) => action), search.what], actionText)}
        value={search.what ?? ""}
        onChange={({ currentTarget }) => change({ what: currentTarget.value })}
      />
      <NativeSelect
        label="Segment"
        data={optionsOf("Any segment", [...segments.map(({ id }) => id), search.segment], nameOf)}
        value={search.segment ?? ""}
        onChange={({ currentTarget }) => change({ segment: currentTarget.value })}
      />
      <UserFilter key={search.user} user={search.user ?? ""} onChange={(user) => change({ user })} />
      <TextInput
        type="date"
        label="From"
        value={search.from ?? ""}
        onChange={({ currentTarget }) => change({ from: currentTarget.value })}
      />
      <TextInput
        type="date"
        label="To"
        value={search.to ?? ""}
        onChange={({ currentTarget }) => change({ to: currentTarget.value })}
      />
    </search>
  );
}

/** An id is asked for when it is complete: with Enter, or when the field is left. */
function UserFilter({ user, onChange }: { user: string; onChange: (user: string) => void }) {
  const [typed, setTyped] = useState(user);
  const ask = () => typed.trim() !== user && onChange(typed.trim());
  return (
    <TextInput
      label="User ID"
      placeholder="Anyone"
      autoComplete="off"
      autoCapitalize="none"
      value={typed}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={ask}
      onKeyDown={({ key }) => key === "Enter" && ask()}
    />
  );
}

/** Those that are there, once each and by their names. */
function optionsOf(all: string, values: (string | undefined)[], nameOf: (value: string) => string) {
  const known = [...new Set(values)].filter((value) => value !== undefined && value !== "") as string[];
  const options = known.map((value) => ({ value, label: nameOf(value) }));
  return [{ value: "", label: all }, ...options.sort((one, other) => one.label.localeCompare(other.label))];
}
